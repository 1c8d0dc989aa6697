import { execFileSync } from 'node:child_process';
import type { FileNow } from '@procmap/shared/files/file-now.ts';
import type { Program } from '@procmap/shared/files/program.ts';
import type { LocateJson } from '@procmap/shared/output/locate-json.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Daemon } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import type { MapAnswer } from './map-answer.ts';
import { Subject, whileStopped } from './subjects.ts';

/** Answers about one place of a process, its program and its files. */
let daemon: Daemon;

beforeAll(async () => {
  buildFixtures();
  daemon = await Daemon.start();
});

afterAll(() => daemon.stop());

describe('GET /api/processes/:pid/locate', () => {
  it('finds every region of a process by its first byte and by its last', async () => {
    const sleep = await Subject.sleep();
    try {
      await whileStopped(sleep.pid, async () => {
        const { regions } = await daemon.json<MapAnswer>(`/api/processes/${sleep.pid}/map`);
        const { page_tables: tables } = await daemon.json<{ page_tables: unknown }>('/api/kernel');
        for (const region of regions) {
          const [start, end] = [BigInt(region.start), BigInt(region.end)];
          const whole = region.source === 'maps';
          // A region of the kernel may end within a KB.
          if ((end - start) % 1024n !== 0n || start % 1024n !== 0n) continue;
          const first = await daemon.json<LocateJson>(`/api/processes/${sleep.pid}/locate?start=${region.start}&length_kb=${(end - start) / 1024n}`);
          expect(first).toMatchObject({
            start: region.start,
            end: region.end,
            space: region.space,
            offset_in_region: '0x0',
            region_count: 1,
            regions: [region],
          });
          const isKnown = region.space !== 'kernel' || whole || tables !== null;
          expect(first.mapped_bytes === null).toBe(!isKnown);
          if (region.space !== 'kernel' || whole) expect(BigInt(first.mapped_bytes ?? -1)).toBe(whole ? end - start : 0n);
          expect(first.file_offset).toBe(whole && region.inode !== 0 ? region.offset : null);
          const last = await daemon.json<LocateJson>(`/api/processes/${sleep.pid}/locate?start=0x${(end - 1024n).toString(16)}&length_kb=1`);
          expect(last).toMatchObject({ end: region.end, regions: [region], offset_in_region: `0x${(end - 1024n - start).toString(16)}` });
        }
      });
    } finally {
      await sleep.stop();
    }
  });

  it('counts all of a user half of 65,000 mappings, and lists a thousand', async () => {
    const many = await Fixture.start('many', '65000');
    try {
      const located = await daemon.json<LocateJson>(`/api/processes/${many.pid}/locate?start=0x0&length_kb=${2 ** 37}`);
      const answer = await daemon.json<MapAnswer>(`/api/processes/${many.pid}/map`);
      const regions = answer.regions.filter(({ space }) => space === 'user');
      expect([located.region_count, located.regions.length]).toEqual([regions.length, 1000]);
      expect(located.regions).toEqual(regions.slice(-1000));
      expect(located.mapped_bytes).toBe(regions.filter(({ source }) => source === 'maps').reduce((sum, { size }) => sum + Number(size), 0));
      const all = await daemon.json<LocateJson>(`/api/processes/${many.pid}/locate?start=0x0&length_kb=18014398509481984`);
      expect(all.region_count).toBe(answer.regions.length);
    } finally {
      await many.stop();
    }
  });

  it.each(['', '?start=4096&length_kb=4', '?start=0x1000&length_kb=0', '?start=0xffffffffffffffff&length_kb=1'])('refuses the range %j', async (query) => {
    const response = await daemon.get(`/api/processes/${process.pid}/locate${query}`);
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([400, 'bad_range']);
  });
});

describe('GET /api/processes/:pid/program', () =>
  it('is what the process runs', async () => {
    const resident = await Fixture.start('resident');
    const sleep = await Subject.sleep();
    try {
      const program = await daemon.json<Program>(`/api/processes/${resident.pid}/program`);
      expect(program).toEqual({
        pid: resident.pid,
        exe: expect.stringMatching(/\/e2e\/fixtures\/bin\/resident$/) as string,
        exe_type: expect.stringMatching(/^ELF 64-bit, .*, at a fixed address, statically linked$/) as string,
        interpreter: '',
      });
      expect(await daemon.json<Program>(`/api/processes/${sleep.pid}/program`)).toMatchObject({
        exe: expect.stringMatching(/\/sleep$/) as string,
        exe_type: expect.stringMatching(/, dynamically linked$/) as string,
        interpreter: expect.stringMatching(/\/ld-linux/) as string,
      });
    } finally {
      await resident.stop();
      await sleep.stop();
    }
  }));

describe('GET /api/processes/:pid/file', () => {
  it('describes the file at the path of a mapping, given its start', async () => {
    const sleep = await Subject.sleep();
    try {
      const { regions } = await daemon.json<MapAnswer>(`/api/processes/${sleep.pid}/map`);
      const program = regions.filter(({ name }) => name.endsWith('/sleep'));
      const code = program.find(({ perms }) => perms?.includes('x') === true);
      const first = program.at(-1);
      const build_id = /Build ID: ([0-9a-f]+)/.exec(execFileSync('readelf', ['-nW', first?.name ?? ''], { encoding: 'utf8' }))?.[1] ?? null;
      const ask = (start: string): Promise<FileNow> => daemon.json<FileNow>(`/api/processes/${sleep.pid}/file?start=${start}`);
      expect(await ask(first?.start ?? '')).toEqual({ state: 'same', reason: null, build_id, elf_address: '0x0' });
      // addr2line(1) needs these numbers.
      const text = /^ +LOAD +0x\w+ (0x\w+) .* R E /m.exec(execFileSync('readelf', ['-lW', first?.name ?? ''], { encoding: 'utf8' }))?.[1] ?? '';
      expect((await ask(code?.start ?? '')).elf_address).toBe(`0x${BigInt(text).toString(16)}`);
      expect(await ask(regions.find(({ name }) => name === '[stack]')?.start ?? '')).toEqual({
        state: 'never_named',
        reason: null,
        build_id: null,
        elf_address: null,
      });
    } finally {
      await sleep.stop();
    }
  });

  it.each([
    ['', 400, 'bad_range'],
    ['?start=4096', 400, 'bad_range'],
    ['?start=0x1001', 400, 'bad_range'],
    ['?start=0x1000&path=/etc/passwd', 400, 'bad_range'],
    ['?start=/etc/passwd', 400, 'bad_range'],
    ['?start=0x1000', 404, 'no_mapping'],
    ['?start=0xfffffffffffff000', 404, 'no_mapping'],
  ])('answers nothing to %j', async (query, status, error) => {
    const response = await daemon.get(`/api/processes/${process.pid}/file${query}`);
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([status, error]);
  });
});
