import type { Stats } from 'node:fs';
import { sudoId } from './new-file.ts';

/**
 * The reason not to write to an existing file, or null. Anybody who can write to its folder may have put it there to
 * redirect the output.
 */
export function whyNotOwn(file: Stats): string | null {
  if (!file.isFile()) return 'is not a regular file';
  if (file.nlink !== 1) return 'has a second name';
  return isForeign(file) ? 'belongs to another user' : null;
}

/** True if it belongs neither to the current user nor to the one who ran sudo. */
export function isForeign({ uid }: Stats): boolean {
  return uid !== process.geteuid?.() && uid !== sudoId('SUDO_UID');
}
