import { bashText, zshText } from './completion-text.ts';
import { optionsOf, OTHERS, titleOf } from './help-text.ts';
import { listOf, synopsisOf } from './manual-text.ts';
import { type VerbName, VERBS } from './verbs.ts';

/** A part of a file that is generated from the options: the lines between two marker lines. */
export interface Block {
  /** Path from the root of the checkout. */
  readonly file: string;
  readonly begin: string;
  readonly end: string;
  readonly lines: readonly string[];
}

const NAMES = Object.keys(VERBS) as VerbName[];
const MANUAL = 'server/man/procmap.1';

/** All generated lists of options. `node server/write-options.ts` writes them. */
export const BLOCKS: readonly Block[] = [
  ...NAMES.map((name) => ({ file: MANUAL, begin: `.\\" synopsis: ${name}`, end: '.\\" end', lines: synopsisOf(VERBS[name]) })),
  ...NAMES.map((name) => ({ file: MANUAL, begin: `.\\" options: ${name}`, end: '.\\" end', lines: listOf(VERBS[name]) })),
  { file: 'server/completions/procmap.bash', begin: '# options', end: '# end of options', lines: bashText() },
  { file: 'server/completions/_procmap', begin: '  # options', end: '  # end of options', lines: zshText() },
  { file: 'server/README.md', begin: '<!-- options -->', end: '<!-- /options -->', lines: markdownText() },
];

function markdownText(): string[] {
  const verbs = NAMES.map((name) => `${titleOf(VERBS[name])}${optionsOf(VERBS[name])}`);
  return ['```text', ...[...verbs, OTHERS].join('\n').trimEnd().split('\n'), '```'];
}

/** The lines of a block in a file; null: the file has no such block. */
export function linesOf({ begin, end }: Block, text: string): readonly string[] | null {
  const place = placeOf(begin, end, text);
  return place === null ? null : place.all.slice(place.from, place.to);
}

/** The file's text with the block updated. */
export function withBlock({ begin, end, lines }: Block, text: string): string {
  const place = placeOf(begin, end, text);
  if (place === null) throw new Error(`no line '${begin}' followed by '${end}'`);
  return [...place.all.slice(0, place.from), ...lines, ...place.all.slice(place.to)].join('\n');
}

function placeOf(begin: string, end: string, text: string): { readonly all: readonly string[]; readonly from: number; readonly to: number } | null {
  const all = text.split('\n');
  const from = all.indexOf(begin) + 1;
  const to = all.indexOf(end, from);
  return from === 0 || to < 0 ? null : { all, from, to };
}
