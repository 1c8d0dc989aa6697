import { chmodSync, closeSync, constants, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPageFile, isPageFolder } from './page-files.ts';
const FOR_ALL_TO_SEARCH = 0o755;
const FOR_ALL_TO_READ = 0o644;
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = constants;

/**
 * Copies the page's files from a folder and its subfolders into an empty folder of ours. Everybody can read the copy,
 * whatever the umask is. Works on opened descriptors and follows no link, not even one that replaces a file meanwhile:
 * root would publish its target. The copy becomes accessible to others last.
 */
export function copyFolder(from: string, to: string): void {
  const source = openSync(from, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    const opened = `/proc/self/fd/${source}`;
    for (const entry of readdirSync(opened, { withFileTypes: true })) {
      const copy = join(to, entry.name);
      if (isPageFile(entry)) copyFile(join(opened, entry.name), copy);
      else if (isPageFolder(entry)) {
        mkdirSync(copy);
        copyFolder(join(opened, entry.name), copy);
      }
    }
  } finally {
    closeSync(source);
  }
  chmodSync(to, FOR_ALL_TO_SEARCH);
}

function copyFile(from: string, to: string): void {
  // O_NONBLOCK: does not hang if a FIFO has replaced the file.
  const source = openSync(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    writeFileSync(to, readFileSync(source), { flag: 'wx' });
  } finally {
    closeSync(source);
  }
  chmodSync(to, FOR_ALL_TO_READ);
}
