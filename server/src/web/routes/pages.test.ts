import { PAGE_EXCLUSIVE, PAGE_FILE, PAGE_GUARD, PAGE_MARKER, PAGE_PRESENT, PAGE_SOFT_DIRTY } from '@procmap/shared/figures/page-states.ts';
import { type PagesJson, pageStatesOf } from '@procmap/shared/output/pages-json.ts';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useFixtures } from '../../../test/use-fixtures.ts';
import { WebClient } from '../../../test/web-client.ts';

let web: WebClient;
const startFixture = useFixtures();
const folder = mkdtempSync(join(tmpdir(), 'procmap-pages-'));
const FILE = join(folder, 'file');
const TMPFS_MAGIC = 0x01021994;
const IS_IN_MEMORY = statfsSync(folder).type === TMPFS_MAGIC;
/** MADV_GUARD_INSTALL exists since Linux 6.13. */
const [MAJOR = 0, MINOR = 0] = release().split('.').map(Number);
const HAS_GUARDS = MAJOR > 6 || (MAJOR === 6 && MINOR >= 13);

beforeAll(async () => {
  web = await WebClient.start();
  writeFileSync(FILE, Buffer.alloc(4 * 4096, 1));
});

afterAll(async () => {
  await web.stop();
  rmSync(folder, { recursive: true });
});

async function pages(pid: number, start: number, count: number): Promise<PagesJson> {
  for (;;) {
    const { status, body } = await web.ask(`/api/processes/${pid}/pages?start=0x${start.toString(16)}&count=${count}`);
    if (status === 200) return body as PagesJson;
    expect(status).toBe(429);
    await sleep(20);
  }
}

describe('GET /api/processes/:pid/pages', () => {
  it('tells for each page if it is in memory', async () => {
    const { pid, mappings } = await startFixture('touched', FILE);
    const states: Record<string, number[]> = {};
    for (const { name, start, length } of mappings) {
      const json = await pages(pid, start, length / 4096);
      expect(json).toMatchObject({ pid, comm: 'touched', start: `0x${start.toString(16).padStart(16, '0')}`, count: length / 4096 });
      // This bit depends on the machine.
      states[name] = [...pageStatesOf(json, start / 4096).flags].map((state) => state & ~PAGE_SOFT_DIRTY);
      if (name === 'anon') expect(json.counts).toEqual({ present: 3, swapped: 0, guard: 0, marker: 0, file: 0, anonymous: 3, exclusive: 1 });
      // For shared memory the page tables do not tell, even if all of it is present; pages of a file on a disk are
      // never swapped.
      else
        expect([name, json.counts.swapped]).toEqual([name, /^(shared|(un)?marked)$/.test(name) || (/^(file|copied)$/.test(name) && IS_IN_MEMORY) ? null : 0]);
    }
    const own = PAGE_PRESENT | PAGE_EXCLUSIVE;
    const anon = new Array<number>(16).fill(0);
    // Shared with the child, the kernel's zero page, and its own.
    [anon[0], anon[1], anon[4]] = [PAGE_PRESENT, PAGE_PRESENT, own];
    const marks = 'marked' in states ? { marked: [own | PAGE_FILE, PAGE_MARKER] } : { unmarked: [own | PAGE_FILE, 0] };
    expect(states).toEqual({
      ...{ anon, file: [own | PAGE_FILE], copied: [own], shared: [own | PAGE_FILE, 0] },
      ...{ guard: [0, HAS_GUARDS ? PAGE_GUARD : 0, own], ...marks },
    });
  });

  it('has nothing above a process, or beside its mappings', async () => {
    const { pid } = await startFixture('known');
    for (const start of [0, 2 ** 47 - 4096, 0xffff_8000_0000_0000, 2 ** 64 - 65_536 * 4096]) {
      const { status, body } = await web.ask(`/api/processes/${pid}/pages?start=0x${BigInt(start).toString(16)}&count=1`);
      if (status === 200) expect((body as PagesJson).counts.present).toBe(0);
      await sleep(60);
    }
    expect((await pages(pid, 0, 65_536)).cost.bytes).toBe(65_536 * 8);
  });

  it.each([
    '',
    '?start=0x1000',
    '?count=1',
    '?start=0x1001&count=1',
    '?start=4096&count=1',
    '?start=0x1000&count=0',
    '?start=0x1000&count=65537',
    '?start=0x1000&count=1e3',
    '?start=0x1000&count=-1',
    '?start=0xfffffffffffff000&count=2',
    '?start=0x1000&count=1&end=0x2000',
  ])('answers %j by 400', async (query) => {
    const { status, body } = await web.ask(`/api/processes/${process.pid}/pages${query}`);
    expect([status, body]).toEqual([400, { error: 'bad_range', message: expect.stringMatching(/.{20}/) as string }]);
  });

  it('answers for processes without pages like the map does, and 429 for too frequent requests', async () => {
    const query = 'pages?start=0x1000&count=1';
    expect(await web.ask(`/api/processes/4194304/${query}`)).toMatchObject({ status: 404 });
    const zombie = await startFixture('zombie');
    expect(await web.ask(`/api/processes/${zombie.ready[1]}/${query}`)).toMatchObject({ status: 409, body: { error: 'zombie' } });
    const { pid } = await startFixture('known');
    const answers = await Promise.all(Array.from({ length: 5 }, () => web.ask(`/api/processes/${pid}/${query}`)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(4);
  });
});
