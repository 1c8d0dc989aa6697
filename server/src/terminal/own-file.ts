import type { Stats } from 'node:fs';
import { sudoId } from './new-file.ts';

/** What is wrong with writing into a file that is there already, or null: whoever can write to its folder may have put it there, so that another file is written to. */
export function whyNotOwn(file: Stats): string | null {
  if (!file.isFile()) return 'is no regular file';
  if (file.nlink !== 1) return 'has a second name';
  return isForeign(file) ? 'belongs to another user' : null;
}

/** Neither of who started this, nor, under sudo, of who called that. */
export function isForeign({ uid }: Stats): boolean {
  return uid !== process.geteuid?.() && uid !== sudoId('SUDO_UID');
}
