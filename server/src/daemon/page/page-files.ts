import { type Dirent, readdirSync } from 'node:fs';

/** Types of files that a page consists of, also compressed. */
const PAGE_FILE = /\.(html|js|css|svg|png|ico|woff2)(\.(br|gz))?$/;

/** True for a regular file of a page. False for links: their target may be any file. */
export function isPageFile(entry: Dirent): boolean {
  return entry.isFile() && !entry.name.startsWith('.') && PAGE_FILE.test(entry.name);
}

/** True for a folder that a page may have. */
export function isPageFolder(entry: Dirent): boolean {
  return entry.isDirectory() && !entry.name.startsWith('.');
}

/** True if the folder and its subfolders hold a page's files only: all that they hold would be served. */
export function isPageOnly(folder: string): boolean {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).every((entry) => isPageFile(entry) || isPageFolder(entry));
}
