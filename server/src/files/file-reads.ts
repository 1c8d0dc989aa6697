import { readSync } from 'node:fs';
import { beat } from '../common/beat.ts';
import type { ReadAt } from './elf.ts';

/** Reads from an open file. Any read may block for ever. */
export function readsOf(fd: number): ReadAt {
  return (position, length) => {
    beat();
    const buffer = Buffer.alloc(length);
    return Promise.resolve(buffer.subarray(0, readSync(fd, buffer, 0, length, position)));
  };
}
