/** Folder of this procmap's scripts: daemon, reader, web process and command line. */
const FOLDER = folderOf(process.argv[1] ?? '');

/**
 * True for processes of this procmap: they run the same Node with a script of the same folder, however they were
 * started. A process of another user can imitate that, but only gains a mark in the list.
 */
export function isOwn(exe: string, argv: readonly string[]): boolean {
  return exe === process.execPath && argv.some((word) => word.endsWith('.js') && folderOf(word) === FOLDER);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
