import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Daemon } from '../daemon.ts';
import { buildFixtures, Fixture, whyNotHere } from '../fixtures/fixture.ts';
import { answeredLines, kernelLines, type MapAnswer } from './map-answer.ts';
import { Subject, whileStopped } from './subjects.ts';

/** GET /api/processes/:pid/map has each line of /proc/PID/maps, and everything between the lines. */
let daemon: Daemon;
const folder = mkdtempSync(join(tmpdir(), 'procmap-hostile-'));

beforeAll(async () => {
  buildFixtures();
  daemon = await Daemon.start();
});

afterAll(async () => {
  await daemon.stop();
  rmSync(folder, { recursive: true });
});

const END = 1n << 64n;

/** Descending from 2^64 to 0, without gap or overlap, each size the difference of its ends. */
function expectTiles({ regions }: MapAnswer): void {
  let at = END;
  for (const { start, end, size } of regions) {
    expect(BigInt(end)).toBe(at);
    at = BigInt(start);
    expect(BigInt(end)).toBeGreaterThan(at);
    expect(BigInt(size)).toBe(BigInt(end) - at);
  }
  expect(at).toBe(0n);
}

/** The answer for a stopped process. */
async function expectMap(pid: number): Promise<MapAnswer> {
  return whileStopped(pid, async () => {
    const answer = await daemon.json<MapAnswer>(`/api/processes/${pid}/map`);
    expect(answer.pid).toBe(pid);
    expect(answer.torn).toBe(false);
    expect(answeredLines(answer)).toEqual(kernelLines(pid));
    expectTiles(answer);
    return answer;
  });
}

describe('the map of', () => {
  it('a sleep is all of its lines and all between them', async () => {
    const sleep = await Subject.sleep();
    try {
      const { regions, comm, bits } = await expectMap(sleep.pid);
      expect({ comm, bits }).toEqual({ comm: 'sleep', bits: 64 });
      const kinds = new Set(regions.map(({ kind }) => kind));
      for (const kind of ['text', 'rodata', 'data', 'heap', 'stack', 'vdso', 'vvar', 'gap', 'null_trap']) expect(kinds).toContain(kind);
      // The contents of the kernel half depend on the machine: regions with names, each from a source, and between them
      // empty or unknown ones.
      for (const { kind, name, source, within } of regions.filter(({ space, source }) => space === 'kernel' && source !== 'maps')) {
        if (source === 'computed') expect([['gap', 'unknown'].includes(kind), name, within]).toEqual([true, '', undefined]);
        else expect([['lkm', 'kcore', 'inferred'].includes(source), name === '', within === undefined]).toEqual([true, false, false]);
      }
      expect(regions.at(-1)).toMatchObject({ start: '0x0000000000000000', end: '0x0000000000001000', kind: 'null_trap', perms: null, source: 'computed' });
      expect(regions[0]?.end).toBe('0x10000000000000000');
    } finally {
      await sleep.stop();
    }
  });

  it.runIf(process.arch === 'x64')('a sleep has the non-canonical hole where the kernel’s half begins', async () => {
    const sleep = await Subject.sleep();
    try {
      const { regions } = await expectMap(sleep.pid);
      const hole = regions.find(({ kind }) => kind === 'hole');
      const kernel = regions.filter(({ space }) => space === 'kernel').at(-1);
      expect(hole?.space).toBe('none');
      expect(hole?.end).toBe(kernel?.start);
      // Above 2^53 a number would not be exact.
      expect(typeof hole?.size).toBe('string');
    } finally {
      await sleep.stop();
    }
  });

  it('a node, scattered over terabytes', async () => {
    const node = await Subject.node();
    try {
      expect(answeredLines(await expectMap(node.pid)).length).toBeGreaterThan(80);
    } finally {
      await node.stop();
    }
  });

  it('every process of a Chromium', async () => {
    const chromium = await Subject.chromium();
    try {
      const { pids } = chromium;
      expect(pids.length).toBeGreaterThan(3);
      for (const pid of pids) await expectMap(pid);
    } finally {
      await chromium.stop();
    }
  });

  it('a program with hostile names, visibly escaped', async () => {
    const known = await Fixture.start('known', folder);
    try {
      const { regions } = await expectMap(known.pid);
      const names = regions.map(({ name }) => name);
      for (const name of [
        '/memfd:with spaces  and, commas (deleted)',
        '/memfd:esc\\x1b[31mred (deleted)',
        '/memfd:bidi\\u{202e}txt.exe (deleted)',
        '/memfd:invalid\\xff\\xfeutf8 (deleted)',
        '/memfd:tab\\there (deleted)',
        '/memfd:<img src=x onerror=alert(1)> (deleted)',
        '/memfd:[heap] (deleted)',
        '/memfd:x (deleted) (deleted)',
        `${folder}/x (deleted)`,
        `${folder}/=cmd()`,
        `${folder}/new\\nline`,
      ])
        expect(names).toContain(name);
      // No name contains anything that controls a terminal or reverses text.
      expect(names.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      // A file whose name looks like one of the kernel's is still a file.
      expect(regions.find(({ name }) => name === `${folder}/[heap]`)?.kind).toBe('file');
      expect(regions.find(({ name }) => name === '/memfd:[heap] (deleted)')?.kind).toBe('shmem');
    } finally {
      await known.stop();
    }
  });

  it('a program with 65,000 mappings', async () => {
    const many = await Fixture.start('many', '65000');
    try {
      expect(answeredLines(await expectMap(many.pid)).length).toBeGreaterThan(65_000);
    } finally {
      await many.stop();
    }
  });

  it.runIf(process.arch === 'x64')('a program of 32 bits', async (context) => {
    const reason = whyNotHere('bits32');
    if (reason !== null) context.skip(reason);
    const bits32 = await Fixture.start('bits32');
    try {
      const answer = await expectMap(bits32.pid);
      expect(answer).toMatchObject({ bits: 64, process_bits: 32 });
      expect(BigInt(answer.task_size)).toBeLessThanOrEqual(1n << 32n);
      expect(answer.regions.find(({ kind }) => kind === 'beyond')?.start).toBe(`0x${BigInt(answer.task_size).toString(16).padStart(16, '0')}`);
    } finally {
      await bits32.stop();
    }
  });
});

describe('while a process runs', () => {
  it('every answer is of one moment: it has all mappings that existed before and after', async () => {
    const known = await Fixture.start('known');
    try {
      for (let i = 0; i < 5; i++) {
        const before = kernelLines(known.pid);
        const answer = answeredLines(await daemon.json<MapAnswer>(`/api/processes/${known.pid}/map`));
        expect(answer).toEqual(before);
        expect(kernelLines(known.pid)).toEqual(before);
        await known.command(i < 3 ? 'map 7' : 'unmap');
      }
    } finally {
      await known.stop();
    }
  });

  it('the next answer is of the next program after exec', async () => {
    const known = await Fixture.start('known');
    try {
      const before = await expectMap(known.pid);
      known.send('exec');
      await known.untilReady();
      const after = await expectMap(known.pid);
      expect(answeredLines(after)).not.toEqual(answeredLines(before));
    } finally {
      await known.stop();
    }
  });
});
