import { chmodSync, closeSync, constants, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a page is made of; its compressed forms too. */
const PAGE_FILE = /\.(html|js|css|svg|png|ico|woff2)(\.(br|gz))?$/;
const FOR_ALL_TO_SEARCH = 0o755;
const FOR_ALL_TO_READ = 0o644;
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = constants;

/**
 * Copies the page’s files of a folder, and of those below it, into an empty one of ours: for everybody to read, whatever the umask is. It goes down by what it has opened and through no link, also not
 * through one that has come to its place meanwhile: root would give everybody what that leads to. The copy is opened to others last.
 */
export function copyFolder(from: string, to: string): void {
  const source = openSync(from, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    const opened = `/proc/self/fd/${source}`;
    for (const entry of readdirSync(opened, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      const copy = join(to, entry.name);
      if (entry.isFile() && PAGE_FILE.test(entry.name)) copyFile(join(opened, entry.name), copy);
      else if (entry.isDirectory()) {
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
  // A FIFO that is there by now holds nobody up.
  const source = openSync(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    writeFileSync(to, readFileSync(source), { flag: 'wx' });
  } finally {
    closeSync(source);
  }
  chmodSync(to, FOR_ALL_TO_READ);
}
