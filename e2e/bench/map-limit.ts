import { readFileSync, writeFileSync } from 'node:fs';
import type { Cleanup } from './cleanup.ts';

const FILE = '/proc/sys/vm/max_map_count';

/**
 * Runs `use` while processes may have `least` mappings, and restores the limit however that ends, since it applies to
 * the whole machine. It only restricts new mappings; existing ones stay. Throws if the limit cannot be changed.
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
