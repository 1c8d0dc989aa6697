import type { Option } from './option.ts';
import type { Verb } from './verbs.ts';

const MAX_COLUMNS = 80;
/** Column where explanations begin. */
const COLUMN = 25;

/** `-p, --pid=PID`, as users type it. */
function termOf({ name, short, value }: Option): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === null ? '' : `=${value}`}`;
}

/** Describes an option, with its default. */
export function phraseOf({ summary, detail, defaultWords }: Option): string {
  return `${summary}${detail === undefined ? '' : `; ${detail}`}${defaultWords === undefined ? '' : ` (default: ${defaultWords})`}`;
}

export function titleOf({ usage, summary }: Verb): string {
  return entry(`  ${usage}`, summary);
}

/** One or more lines for each option of a verb. */
export function optionsOf({ options }: Verb): string {
  return options.map((option) => entry(`    ${termOf(option)}`, phraseOf(option))).join('');
}

/** Options that exist for every verb. */
export const OTHERS = [
  entry('  procmap --version, --ver', 'print the version'),
  entry('  procmap --help, -h', 'print this'),
  entry('  procmap VERB --help', 'print help for one verb: serve, open, show, record, diff'),
].join('');

function entry(term: string, words: string): string {
  const [first = '', ...rest] = wrap(words, MAX_COLUMNS - COLUMN);
  const head = term.length < COLUMN ? `${term.padEnd(COLUMN)}${first}` : `${term}\n${' '.repeat(COLUMN)}${first}`;
  return [head, ...rest.map((line) => `${' '.repeat(COLUMN)}${line}`), ''].join('\n');
}

/** Wraps text to at most this many characters; a longer word gets its own line. */
export function wrap(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= most) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
