/** Most characters shown of a text of any length. */
export const SHOWN_CHARACTERS = 120;

/** The last part of a path. */
export function baseName(path: string): string {
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  return path.slice(path.lastIndexOf('/', end - 1) + 1, end);
}

/**
 * The arguments. A process that overwrote its own (setproctitle) leaves a single text: it is split if it still is a
 * command line, as for Chromium's children, and kept whole if it is a title, such as `nginx: worker process`.
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

/** The title that replaced the arguments; '' if these are arguments. */
export function writtenTitle(argv: readonly string[]): string {
  const [only = ''] = argv;
  return argv.length === 1 && only.includes(' ') && !only.startsWith('/') ? only : '';
}

/** File names shared by many programs: their folder tells them apart. */
const COMMON = /^(?:__main__|app|bin|bootstrap|cli|cmd|index|main|manage|program|run|server|start|worker|wsgi)(?:\.\w+)?$/i;

/** The name of a script: its file name, with the folder if the name alone says little, or its package. */
export function scriptName(path: string): string {
  const base = baseName(path);
  const inPackage = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(path);
  const [, name = '', inside = ''] = inPackage ?? [];
  if (name !== '' && name !== '.bin' && !base.startsWith(baseName(name))) return inside.includes('/') ? `${name}/…/${base}` : `${name}/${base}`;
  if (!COMMON.test(base)) return base;
  const folder = baseName(path.slice(0, Math.max(0, path.length - base.length)));
  return folder === '' || /^\.*$/.test(folder) ? base : `${folder}/${base}`;
}

/** At most `most` characters; the last one is `…` if the text was cut. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const characters = Array.from(text.slice(0, 2 * most));
  return characters.length <= most && text.length <= 2 * most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
