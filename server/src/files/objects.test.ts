import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectEvidence } from '@procmap/shared/use/evidence.ts';
import { describe, expect, it } from 'vitest';
import { FIXTURES } from '../../../e2e/fixtures/fixture.ts';
import { files, folder, start, startFixture } from './mapped-files.fixture.ts';

const PAGE = 4096;

async function objectsOf(pid: number): Promise<ObjectEvidence> {
  const { head } = await files.ask({ op: 'objects', pid });
  if (head.status !== 'objects') throw new Error(JSON.stringify(head));
  return head.objects;
}

interface Line {
  readonly start: number;
  readonly end: number;
  readonly offset: number;
  readonly inode: string;
  readonly path: string;
}

function linesOf(pid: number): Line[] {
  const text = readFileSync(`/proc/${pid}/maps`, 'latin1');
  return [...text.matchAll(/^([0-9a-f]+)-([0-9a-f]+) \S+ ([0-9a-f]+) \S+ (\d+) *(.*)$/gm)].map(
    ([, from = '', to = '', offset = '', inode = '', path = '']) => ({
      start: Number.parseInt(from, 16),
      end: Number.parseInt(to, 16),
      offset: Number.parseInt(offset, 16),
      inode,
      path,
    }),
  );
}

function isElf(path: string): boolean {
  return existsSync(path) && readFileSync(path).subarray(0, 4).toString('latin1') === '\x7fELF';
}

/** From readelf(1): where each loaded segment's zeroed pages are, if anonymous memory follows the file there. */
function expectedBss(pid: number): { start: number; end: number }[] {
  const lines = linesOf(pid);
  return lines
    .filter(({ offset, path }) => offset === 0 && isElf(path))
    .flatMap(({ start: base, path, inode }) => {
      const text = execFileSync('readelf', ['-lW', path], {
        encoding: 'latin1',
        env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '' },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const loads = [...text.matchAll(/^ +LOAD +\S+ (0x\S+) +\S+ +(0x\S+) +(0x\S+)/gm)].map((found) => found.slice(1).map(Number));
      const bias = base - Math.floor((loads[0]?.[0] ?? 0) / PAGE) * PAGE;
      return loads.flatMap(([address = 0, fileSize = 0, memorySize = 0]) => {
        const [from, to] = [fileSize, memorySize].map((size) => Math.ceil((bias + address + size) / PAGE));
        const at = lines.findIndex((line) => line.start === (from ?? 0) * PAGE);
        const isBehind = at > 0 && lines[at]?.inode === '0' && lines[at - 1]?.end === lines[at].start && lines[at - 1]?.inode === inode;
        return isBehind && from !== undefined && to !== undefined && to > from ? [{ start: from, end: to }] : [];
      });
    })
    .toSorted((a, b) => a.start - b.start);
}

describe('objects', () => {
  it('have their bss where readelf says: a program, its libraries, this process', async () => {
    for (const pid of [await start('/bin/cat'), process.pid]) {
      const { bss, isGo } = await objectsOf(pid);
      const expected = expectedBss(pid);
      expect(expected.length).toBeGreaterThan(0);
      expect([bss, isGo]).toEqual([expected, false]);
    }
  });

  it('tell a program that Go has built, and where its zeroed data are', async () => {
    const fixture = await startFixture('gobuilt');
    const { bss, isGo } = await objectsOf(fixture.pid);
    const [, from = '', to = ''] = (fixture.printed[0] ?? '').split(' ');
    const [first, last] = [Math.ceil(Number.parseInt(from, 16) / PAGE), Math.floor(Number.parseInt(to, 16) / PAGE)];
    expect(isGo).toBe(true);
    expect(bss.filter(({ start, end }) => start <= first && last <= end)).toHaveLength(1);
  });

  it('of a deleted file tell nothing, the others do', async () => {
    const file = join(folder, 'built');
    copyFileSync(`${FIXTURES}bin/gobuilt`, file);
    const pid = await start(file);
    const before = await objectsOf(pid);
    rmSync(file);
    const { bss } = await objectsOf(pid);
    expect(bss).toEqual(expectedBss(pid));
    expect(bss.length).toBeGreaterThan(0);
    expect(bss.length).toBeLessThan(before.bss.length);
  });

  it('of a process without memory, or of none, are an error', async () => {
    expect((await files.ask({ op: 'objects', pid: 2 ** 22 - 1 })).head).toMatchObject({ error: 'not_found' });
    expect((await files.ask({ op: 'objects', pid: 0 })).head).toMatchObject({ error: 'bad_request' });
  });
});
