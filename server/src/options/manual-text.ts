import { phraseOf, wrap } from './help-text.ts';
import type { Option } from './option.ts';
import type { Verb } from './verbs.ts';

/** The options in the man page, in mdoc(7). */
const MAX_LINE = 79;
/** Code, an option or a manual page, with the punctuation after it. */
const MARKED = /(`[^`]+`|--[a-z-]+|\b[a-z]+\([1-8]\))([.,;:)]*)/;

/** Options of a verb for the SYNOPSIS, without those that its usage already names. */
export function synopsisOf({ usage, options }: Verb): string[] {
  const more = options.filter(({ name }) => !usage.includes(`--${name}`));
  const letters = more.flatMap(({ short, value }) => (short !== undefined && value === null ? [short] : [])).join('');
  const long = more.filter(({ short }) => short === undefined);
  return [...(letters === '' ? [] : [`.Op Fl ${letters}`]), ...long.map((option) => `.Op ${longOf(option)}`)];
}

/** A list of a verb's options with explanations. */
export function listOf({ options }: Verb): string[] {
  const items = options.flatMap((option) => [
    `.It ${itemOf(option)}`,
    ...sentence(phraseOf(option)),
    ...(option.manual === undefined ? [] : sentences(option.manual)),
  ]);
  return ['.Bl -tag -width Ds', ...items, '.El'];
}

function itemOf(option: Option): string {
  if (option.short === undefined) return longOf(option);
  return `Fl ${option.short}${option.value === null ? '' : ` ${placeholder(option.value)}`} , ${longOf(option)}`;
}

function longOf({ name, value }: Option): string {
  return `Fl -${name}${value === null ? '' : ` Ns = Ns ${placeholder(value)}`}`;
}

/** `text|json`, `ADDRESS[,LENGTH]`. */
function placeholder(value: string): string {
  return value
    .split(/(\||\[.*\])/)
    .filter((part) => part !== '')
    .map((part) => {
      if (part === '|') return '|';
      if (part.startsWith('[')) return `Op , Ns Ar ${part.slice(2, -1)}`;
      return `${/^[A-Z]+$/.test(part) ? 'Ar' : 'Cm'} ${part}`;
    })
    .join(' Ns ');
}

function sentence(phrase: string): string[] {
  return sentences(`${phrase.replace(/^./, (letter) => letter.toUpperCase())}.`);
}

/** Starts each sentence on a new line, as mdoc(7) requires. */
export function sentences(text: string): string[] {
  return text.split(/(?<=[.)]) (?=[A-Z])/).flatMap(lines);
}

function lines(text: string): string[] {
  const [before = '', marked, punctuation = '', ...rest] = text.split(MARKED);
  const plain = before.trim() === '' ? [] : wrap(before.trim(), MAX_LINE).map(plainLine);
  if (marked === undefined) return plain;
  return [...plain, `${macro(marked)}${punctuation.replaceAll(/./g, ' $&')}`, ...lines(rest.join(''))];
}

function macro(marked: string): string {
  if (marked.startsWith('--')) return `.Fl -${marked.slice(2)}`;
  if (marked.startsWith('`')) return `.Ql ${marked.slice(1, -1)}`;
  return `.Xr ${marked.replace('(', ' ').replace(')', '')}`;
}

/** A text line must not begin like a macro. */
function plainLine(line: string): string {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}
