import { readFileSync, writeFileSync } from 'node:fs';
import type { Cleanup } from './cleanup.ts';

const FILE = '/proc/sys/vm/max_map_count';

/**
 * Runs `use` while processes may have `least` mappings, and sets the limit back however that ends: it holds for the whole machine. Only making a
 * mapping asks for it; what a process has it keeps. Throws where the limit cannot be changed.
 */
export async function withMapLimit<T>(least: number, cleanup: Cleanup, use: () => Promise<T>): Promise<T> {
  const before = readFileSync(FILE, 'utf8');
  if (Number(before) >= least) return use();
  let raised = true;
  const restore = (): void => {
    if (raised) writeFileSync(FILE, before);
    raised = false;
  };
  cleanup.defer(restore);
  writeFileSync(FILE, String(least));
  try {
    return await use();
  } finally {
    restore();
  }
}
