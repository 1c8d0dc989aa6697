/** Where the scripts of this procmap lie: of its daemon, its reader, its web process, and of who draws a map in a terminal. */
const FOLDER = folderOf(process.argv[1] ?? '');

/**
 * True for the processes of this procmap: they run this process's Node with a script of its own folder, however they were started. Another user's process can
 * make itself look like one; it gains a mark in the list, no more.
 */
export function isOwn(exe: string, argv: readonly string[]): boolean {
  return exe === process.execPath && argv.some((word) => word.endsWith('.js') && folderOf(word) === FOLDER);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
