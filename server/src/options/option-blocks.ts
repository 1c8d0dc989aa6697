import { USES, useName, useSentence } from '@procmap/shared/use/use-list.ts';
import { bashText, zshText } from './completion-text.ts';
import { optionsOf, OTHERS, titleOf } from './help-text.ts';
import { listOf, sentences, synopsisOf } from './manual-text.ts';
import { type VerbName, VERBS } from './verbs.ts';

/** A part of a file that is generated from the options, or from the uses of memory: the lines between two marker lines. */
interface Block {
  /** Path from the root of the checkout. */
  readonly file: string;
  readonly begin: string;
  readonly end: string;
  readonly lines: readonly string[];
}

const NAMES = Object.keys(VERBS) as VerbName[];
const MANUAL = 'server/man/procmap.1';

/** All generated lists. `node server/write-options.ts` writes them. */
export const BLOCKS: readonly Block[] = [
  ...NAMES.map((name) => ({ file: MANUAL, begin: `.\\" synopsis: ${name}`, end: '.\\" end', lines: synopsisOf(VERBS[name]) })),
  ...NAMES.map((name) => ({ file: MANUAL, begin: `.\\" options: ${name}`, end: '.\\" end', lines: listOf(VERBS[name]) })),
  { file: MANUAL, begin: '.\\" uses', end: '.\\" end', lines: usesText() },
  { file: 'server/completions/procmap.bash', begin: '# options', end: '# end of options', lines: bashText() },
  { file: 'server/completions/_procmap', begin: '  # options', end: '  # end of options', lines: zshText() },
  { file: 'server/README.md', begin: '<!-- options -->', end: '<!-- /options -->', lines: markdownText() },
];

function markdownText(): string[] {
  const verbs = NAMES.map((name) => `${titleOf(VERBS[name])}${optionsOf(VERBS[name])}`);
  return ['```text', ...[...verbs, OTHERS].join('\n').trimEnd().split('\n'), '```'];
}

function usesText(): string[] {
  const items = USES.flatMap((word, use) => [`.It Cm ${word}`, ...sentences(`${useName(use)}: ${useSentence(use)}`.replaceAll('’', "'"))]);
  return ['.Bl -tag -width Ds', ...items, '.El'];
}

/** The file's text with the block updated. */
export function withBlock({ begin, end, lines }: Block, text: string): string {
  const all = text.split('\n');
  const from = all.indexOf(begin) + 1;
  const to = all.indexOf(end, from);
  if (from === 0 || to < 0) throw new Error(`no line '${begin}' followed by '${end}'`);
  return [...all.slice(0, from), ...lines, ...all.slice(to)].join('\n');
}
