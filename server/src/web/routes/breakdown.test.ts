import type { MapHeadJson, RegionJson } from '@procmap/shared/output/map-json.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useFixtures } from '../../../test/use-fixtures.ts';
import { TOKEN, WebClient } from '../../../test/web-client.ts';

let web: WebClient;
const startFixture = useFixtures();

beforeAll(async () => {
  web = await WebClient.start();
});

afterAll(async () => {
  await web.stop();
});

interface Row extends Readonly<Record<string, unknown>> {
  readonly use: string | null;
  readonly virtual_kb: number;
  readonly resident_kb: number;
  readonly rows?: readonly Row[];
}

interface Answer {
  readonly pid: number;
  readonly vsz_kb: number;
  readonly rss_kb: number;
  readonly hugetlb_kb: number;
  readonly status_vsz_kb: number | null;
  readonly sentences: readonly string[];
  readonly rows: readonly Row[];
}

/** Waits while the process rests after a read. */
async function ask<T>(path: string): Promise<T> {
  for (;;) {
    const { status, body } = await web.ask(path);
    if (status === 200) return body as T;
    expect(status).toBe(429);
    await sleep(200);
  }
}

describe('GET /api/processes/:pid/breakdown', () => {
  it('adds up to what the kernel says, in each row and over all of them', async () => {
    const { pid } = await startFixture('resident');
    const { rows, ...whole } = await ask<Answer>(`/api/processes/${pid}/breakdown`);
    expect(whole).toMatchObject({ pid, torn: false, status_vsz_kb: whole.vsz_kb });
    expect(whole.sentences).toHaveLength(2);
    expect(rows.map(({ use }) => use)).toEqual(expect.arrayContaining(['library', 'thread_stack', 'vdso']));
    expect(sum(rows, 'virtual_kb')).toBe(whole.vsz_kb);
    expect(sum(rows, 'resident_kb')).toBe(whole.rss_kb + whole.hugetlb_kb);
    for (const row of rows) {
      const parts = ['reserved_kb', 'untouched_kb', 'resident_kb', 'swap_kb'].map((part) => Number(row[part]));
      expect(parts.reduce((total, part) => total + part, 0)).toBe(row.virtual_kb);
      for (const part of parts) expect(part).toBeGreaterThanOrEqual(0);
      if (row.rows !== undefined) expect(sum(row.rows, 'resident_kb')).toBe(row.resident_kb);
    }
  });

  it('lets the process rest after a read', async () => {
    const { pid } = await startFixture('resident');
    // Several at once: the files process may answer the first after the rest.
    const asked = await Promise.all(Array.from({ length: 3 }, () => web.ask(`/api/processes/${pid}/breakdown`)));
    expect(asked.map(({ status }) => status).toSorted()).toEqual([200, 429, 429]);
  });

  it('says that there is no such process', async () => {
    expect(await web.ask('/api/processes/4194303/breakdown')).toMatchObject({ status: 404, body: { error: 'not_found' } });
  });
});

describe('the uses of a map', () => {
  it('are told by cheap evidence, or by flags too, as asked', async () => {
    const { pid } = await startFixture('threads', '3');
    const usesOf = async (query: string): Promise<{ read: string; words: (string | null)[] }> => {
      const { uses, regions } = await ask<MapHeadJson & { uses: { read: string; age_ms: number }; regions: RegionJson[] }>(`/api/processes/${pid}/map${query}`);
      expect(uses.age_ms).toBeGreaterThanOrEqual(0);
      return { read: uses.read, words: regions.map(({ use }) => use) };
    };
    const cheap = await usesOf('');
    expect(cheap.read).toBe('cheap');
    expect(cheap.words.filter((use) => use === 'thread_stack')).toHaveLength(4);
    const all = await usesOf('?uses=all');
    expect(all.read).toBe('all');
    expect(all.words.filter((use) => use === 'thread_stack')).toHaveLength(4);
  });

  it('are the last columns of the CSV', async () => {
    const { pid } = await startFixture('resident');
    const { text } = await web.request(`/api/processes/${pid}/maps.csv`, { headers: { authorization: `Bearer ${TOKEN}` } });
    const [header, ...rows] = text.split('\r\n');
    expect(header).toMatch(/,use,use_of,use_evidence,use_certainty$/);
    expect(rows.filter((row) => row.includes(',"thread_stack",'))).toHaveLength(1);
  });

  it('are refused where the question is not understood', async () => {
    const { pid } = await startFixture('resident');
    expect(await web.ask(`/api/processes/${pid}/map?uses=some`)).toMatchObject({ status: 400, body: { error: 'bad_uses' } });
  });
});

function sum(rows: readonly Row[], amount: string): number {
  return rows.reduce((total, row) => total + Number(row[amount]), 0);
}
