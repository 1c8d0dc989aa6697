import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MINOR_BITS } from '@procmap/shared/region.ts';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { PULSE_CELLS, readPulse, setPulse } from '../../../common/beat.ts';
import { type FileSystemOf, fileSystemsOf } from './file-systems.ts';
import type { FileSystem } from './mounts.ts';

const folder = mkdtempSync(join(tmpdir(), 'procmap-file-systems-'));
const pulse = new Int32Array(new SharedArrayBuffer(4 * PULSE_CELLS));
setPulse(pulse, 0);

afterEach(() => {
  vi.useRealTimers();
});

afterAll(() => rmSync(folder, { recursive: true }));

/** No real mount has such a high minor number. */
const DEVICE = 2 ** MINOR_BITS - 7;

function seenBy(name: string, text?: string): FileSystemOf {
  const path = join(folder, name);
  if (text !== undefined) writeFileSync(path, text);
  return fileSystemsOf(() => path);
}

const lineOf = (type: string): string => `20 1 0:${DEVICE} / / rw - ${type} x rw\n`;

it('caches what three processes and procmap see, while it is unchanged', () => {
  const types = ['ext4', 'xfs', 'btrfs'];
  const ask = (): (FileSystem | null)[] =>
    types.map((type) => {
      const fileSystemOf = seenBy(type, lineOf(type));
      // For devices that they do not see, procmap's own mounts are used.
      expect(fileSystemOf(DEVICE - 1)).toBeNull();
      return fileSystemOf(DEVICE);
    });
  const first = ask();
  expect(first).toMatchObject(types.map((type) => ({ type })));
  for (const [i, fileSystem] of ask().entries()) expect(fileSystem).toBe(first[i]);
  expect(seenBy('ext4', lineOf('ext3'))(DEVICE)).toMatchObject({ type: 'ext3' });
});

it('does not read a text that was too long again for some seconds', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const long = `${lineOf('ext4')}${`21 1 0:3 / /${'a'.repeat(4000)} rw - ext4 x rw\n`.repeat(300)}`;
  const before = readPulse(pulse).beats;
  expect(seenBy('long', long)(DEVICE)).toBeNull();
  const reads = readPulse(pulse).beats - before;
  expect(reads).toBeGreaterThan(16);
  expect(seenBy('long')(DEVICE)).toBeNull();
  expect(readPulse(pulse).beats - before - reads).toBeLessThan(reads / 2);
  expect(seenBy('short', lineOf('ext4'))(DEVICE)).toMatchObject({ type: 'ext4' });
  seenBy('long', lineOf('xfs'));
  expect(seenBy('long')(DEVICE)).toBeNull();
  vi.advanceTimersByTime(10_000);
  expect(seenBy('long')(DEVICE)).toMatchObject({ type: 'xfs' });
});
