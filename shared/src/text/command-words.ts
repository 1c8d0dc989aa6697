/** How much is shown of a text that may be of any length. */
export const SHOWN_CHARACTERS = 120;

/** The last part of a path. */
export function baseName(path: string): string {
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  return path.slice(path.lastIndexOf('/', end - 1) + 1, end);
}

/**
 * The arguments. A process that wrote over its own (setproctitle) leaves one text instead: that is taken apart where it is a command line still, as
 * Chromium's children leave theirs, and stays one where it is a title, as `nginx: worker process`.
 */
export function commandWords(argv: readonly string[], exe: string, comm: string): readonly string[] {
  let count = argv.length;
  while (count > 0 && argv[count - 1] === '') count--;
  const [only = ''] = argv;
  if (count !== 1 || !only.includes(' ') || only === exe) return argv.slice(0, count);
  const words = only.split(' ').filter((word) => word !== '');
  const [first = ''] = words;
  const isCommand = first.startsWith('/') || (baseName(first) === comm && (words[1] ?? '').startsWith('-'));
  return isCommand ? words : [only.trim()];
}

/** The title that stands where arguments were; '' where these are arguments. */
export function writtenTitle(argv: readonly string[]): string {
  const [only = ''] = argv;
  return argv.length === 1 && only.includes(' ') && !only.startsWith('/') ? only : '';
}

/** File names that many programs have: the folder tells them apart. */
const COMMON = /^(?:__main__|app|bin|bootstrap|cli|cmd|index|main|manage|program|run|server|start|worker|wsgi)(?:\.\w+)?$/i;

/** What one would call a script: its file's name, with the folder where that alone says little, or the package that it is of. */
export function scriptName(path: string): string {
  const base = baseName(path);
  const inPackage = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(path);
  const [, name = '', inside = ''] = inPackage ?? [];
  if (name !== '' && name !== '.bin' && !base.startsWith(baseName(name))) return inside.includes('/') ? `${name}/…/${base}` : `${name}/${base}`;
  if (!COMMON.test(base)) return base;
  const folder = baseName(path.slice(0, Math.max(0, path.length - base.length)));
  return folder === '' || /^\.*$/.test(folder) ? base : `${folder}/${base}`;
}

/** At most so many characters, the last one `…` where something was cut. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const characters = Array.from(text.slice(0, 2 * most));
  return characters.length <= most && text.length <= 2 * most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
