import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readMounts, TooManyMounts } from './mounts.ts';

const folder = mkdtempSync(join(tmpdir(), 'procmap-mounts-'));
const file = join(folder, 'mountinfo');

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** So many mounts, at paths of that length. */
function write(count: number, pathLength: number): void {
  writeFileSync(file, Array.from({ length: count }, (_, i) => `${i} 1 0:${i} / /${String(i).padEnd(pathLength, 'x')} rw - tmpfs t rw\n`).join(''));
}

it('has each line of the kernel’s file', () => {
  const mounts = readMounts('/proc/self/mountinfo');
  for (const line of readFileSync('/proc/self/mountinfo', 'latin1').trimEnd().split('\n')) {
    const [id, , device = ''] = line.split(' ');
    expect(mounts.byId(Number(id))?.device).toBe(device);
    expect(mounts.has(device)).toBe(true);
  }
});

it('is read up to a bound, whatever somebody has mounted', () => {
  write(4000, 4000);
  expect(readMounts(file).byId(3999)?.point).toHaveLength(4001);
  write(4500, 4000);
  expect(() => readMounts(file)).toThrow(TooManyMounts);
});
