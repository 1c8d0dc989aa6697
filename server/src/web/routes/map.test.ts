import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegionJson } from '@procmap/shared/output/map-json.ts';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BareApp } from '../../../test/bare-app.ts';
import { type WebAnswer, TOKEN, WebClient } from '../../../test/web-client.ts';
import { useFixtures } from '../../../test/use-fixtures.ts';

let web: WebClient;
const startFixture = useFixtures();
const folder = mkdtempSync(join(tmpdir(), 'procmap-csv-'));

beforeAll(async () => {
  web = await WebClient.start();
});

afterAll(async () => {
  await web.stop();
  rmSync(folder, { recursive: true });
});

function get(path: string): Promise<WebAnswer> {
  return web.request(path, { headers: { authorization: `Bearer ${TOKEN}` } });
}

const CSV = 'text/csv; charset=utf-8; header=present';

function rowsOf({ text }: WebAnswer): Record<string, string>[] {
  return parse(text, { columns: true, record_delimiter: '\r\n' });
}

describe('GET /api/processes/:pid/maps.csv', () => {
  it('is a file of the process’s regions, named by us', async () => {
    const { pid } = await startFixture('known', folder);
    const answer = await get(`/api/processes/${pid}/maps.csv`);
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        'content-type': CSV,
        'content-disposition': `attachment; filename="procmap-${pid}-maps.csv"`,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      },
    });
    const { regions } = (await web.ask(`/api/processes/${pid}/map`)).body as { regions: RegionJson[] };
    const own = regions.filter(({ space, source }) => space !== 'kernel' || source === 'maps');
    const rows = rowsOf(answer);
    expect(rows.map(({ start_va, end_va, name, kind }) => [start_va, end_va, name, kind])).toEqual(
      own.map(({ start, end, name, kind }) => [start, end, name, kind]),
    );
    expect(rows.map(({ name }) => name)).toContain(`${folder}/esc\\x1b[31mred`);
  });

  it('comes whole with 20,000 mappings', async () => {
    const { pid } = await startFixture('many', '20000');
    expect(rowsOf(await get(`/api/processes/${pid}/maps.csv`)).filter(({ source }) => source === 'maps').length).toBeGreaterThanOrEqual(20_000);
  });

  it('answers errors like any other route, and not as a file', async () => {
    const zombie = (await startFixture('zombie')).ready[1];
    for (const [pid, status, error] of [
      ['0', 400, 'bad_pid'],
      ['1e3', 400, 'bad_pid'],
      ['4194304', 404, 'not_found'],
      [zombie, 409, 'zombie'],
    ] as const) {
      const { headers, text, ...answer } = await get(`/api/processes/${pid}/maps.csv`);
      expect([answer.status, JSON.parse(text)]).toEqual([status, { error, message: expect.any(String) as string }]);
      expect([headers['content-type'], headers['content-disposition']]).toEqual(['application/json; charset=utf-8', undefined]);
    }
  });
});

describe('GET /api/kernel.csv', () => {
  it('is a file of the kernel’s half, up to the end of the space', async () => {
    const answer = await get('/api/kernel.csv');
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': CSV, 'content-disposition': 'attachment; filename="procmap-kernel.csv"' } });
    const rows = rowsOf(answer);
    expect(rows[0]?.['end_va']).toBe('0x10000000000000000');
    expect(new Set(rows.map(({ space }) => space))).toEqual(new Set(['kernel']));
    for (let i = 1; i < rows.length; i++) expect(rows[i]?.['end_va']).toBe(rows[i - 1]?.['start_va']);
  });

  it('does not exist for a machine of unknown layout', async () => {
    const bare = new BareApp();
    const ask = bare.reader.ask.bind(bare.reader);
    bare.reader.ask = async (request) => {
      const answer = (await ask(request)) as { head: object };
      return request.op === 'system' ? { head: { ...answer.head, layout: null } } : answer;
    };
    await bare.listen();
    const { cookie, key } = bare.visitor();
    const { status, body } = await bare.request('GET', '/api/kernel.csv', { cookie, 'x-procmap-key': key });
    expect([status, JSON.parse(body)]).toEqual([503, { error: 'unknown_layout', message: 'procmap does not know the address-space layout of x86_64' }]);
    await bare.stop();
  });
});
