import { escapeText } from '@procmap/shared/text/escape.ts';
import { usageFault } from '../common/fault.ts';
import { flag, optional, type Values, withDefault } from './option.ts';
import { type MomentAsked, parseMoment } from './moment.ts';
import { parseFormat, parsePid } from './values.ts';

/** Options of `procmap diff`. */
export const DIFF = {
  by: optional(
    {
      name: 'by',
      value: 'address|content',
      summary: 'compare what lies at each address, or what there is wherever it lies',
      defaultWords: 'address for one process, else content',
      manual: 'Addresses of two processes are random. By content, files are matched by name and offset, other memory by its use and order.',
      completion: ['address', 'content'],
    },
    parseBy,
  ),
  format: withDefault(
    { name: 'format', value: 'text|json|csv', summary: 'output format', detail: 'csv: a row for each range that changed', completion: ['text', 'json', 'csv'] },
    'text',
    parseFormat,
  ),
  noColour: flag({ name: 'no-color', summary: 'print no colours', detail: 'also off if NO_COLOR is set, and in a pipe' }),
};

/** A process, or a moment of a recording: its last one by default. */
type DiffSide = { readonly pid: number } | { readonly file: string; readonly at: MomentAsked | null };

export interface DiffOptions extends Omit<Values<typeof DIFF>, 'noColour'> {
  readonly verb: 'diff';
  readonly first: DiffSide;
  readonly second: DiffSide;
  readonly colour: boolean;
}

export function checkDiff({ noColour, ...rest }: Values<typeof DIFF>, sides: readonly string[]): DiffOptions {
  const [first, second, ...more] = sides;
  if (first === undefined || second === undefined || more.length > 0)
    throw usageFault('name two maps: procmap diff A B, each a process id, a recording, or RECORDING@TIME');
  return { verb: 'diff', ...rest, first: parseSide(first), second: parseSide(second), colour: !noColour };
}

/** Only digits are a process id: `./123` is a file. The last @ counts, and only before a time. */
function parseSide(text: string): DiffSide {
  if (/^[0-9]+$/.test(text)) return { pid: parsePid(text) };
  if (text === '') throw usageFault('the name of a recording is empty');
  const split = text.lastIndexOf('@');
  const at = split <= 0 ? null : parseMoment(text.slice(split + 1));
  return at === null ? { file: text, at: null } : { file: text.slice(0, split), at };
}

function parseBy(text: string): 'address' | 'content' {
  if (text !== 'address' && text !== 'content') throw usageFault(`--by must be address or content, not '${escapeText(text)}'`);
  return text;
}
