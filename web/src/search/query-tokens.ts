/**
 * What is typed in the search box as terms, without a look at what they mean:
 *
 *    kind:heap,stack  -name="a \"b\""  size>=1M  libc
 *    └──┬─┘│└──┬───┘  │                      └─ a bare word: no field
 *     field│ values   negated
 *        operator
 */
export type Operator = '!=' | '>=' | '<=' | ':' | '=' | '>' | '<';

export interface Token {
  readonly negated: boolean;
  /** As typed, in lower case; '' for a bare word. */
  readonly field: string;
  readonly operator: Operator;
  /** Alternatives, without their quotes. A bare word has exactly one. */
  readonly values: readonly string[];
  /** A bare word in quotes, always read as part of a name. For a field: its last value is empty on purpose. */
  readonly quoted: boolean;
}

/** A token and its position: [from, to) in the typed text. */
export interface PlacedToken extends Token {
  readonly from: number;
  readonly to: number;
  /** Start of its last value, including quotes. */
  readonly valueFrom: number;
}

const FIELD = /^([a-z]+)(!=|>=|<=|:|=|>|<)/i;
const BLANK = /\s/;
/** Typed like a negation but meant as permissions: `---`, `--x`, `-w-`, `-wxp`. */
const PERMS = /^[r-][w-][x-][ps-]?$/i;

/** Splits the typed text. Never fails: an unclosed quote extends to the end. */
export function tokensOf(typed: string): PlacedToken[] {
  const tokens: PlacedToken[] = [];
  let at = 0;
  for (;;) {
    while (at < typed.length && BLANK.test(typed.charAt(at))) at++;
    if (at >= typed.length) return tokens;
    const token = tokenAt(typed, at);
    tokens.push(token);
    at = token.to;
  }
}

function tokenAt(typed: string, from: number): PlacedToken {
  const word = /^\S+/.exec(typed.slice(from))?.[0] ?? '';
  const negated = /^[-!]./.test(word) && !PERMS.test(word);
  let at = from + (negated ? 1 : 0);
  const [marked = '', field = '', operator = ':'] = FIELD.exec(typed.slice(at)) ?? [];
  at += marked.length;
  const values: string[] = [];
  for (;;) {
    const value = valueAt(typed, at, field !== '');
    values.push(value.text);
    if (typed.charAt(value.to) !== ',' || field === '')
      return {
        negated,
        field: field.toLowerCase(),
        operator: operator as Operator,
        values,
        quoted: value.quoted && (field === '' || value.text === ''),
        from,
        to: value.to,
        valueFrom: at,
      };
    at = value.to + 1;
  }
}

/** One value: up to a space, or in a list up to a comma; in quotes up to the closing quote. */
function valueAt(typed: string, from: number, inList: boolean): { text: string; to: number; quoted: boolean } {
  if (typed.charAt(from) === '"') return quotedAt(typed, from);
  let to = from;
  while (to < typed.length && !BLANK.test(typed.charAt(to)) && !(inList && typed.charAt(to) === ',')) to++;
  return { text: typed.slice(from, to), to, quoted: false };
}

function quotedAt(typed: string, from: number): { text: string; to: number; quoted: boolean } {
  let text = '';
  let at = from + 1;
  for (; at < typed.length && typed.charAt(at) !== '"'; at++) {
    const next = typed.charAt(at + 1);
    if (typed.charAt(at) === '\\' && (next === '"' || next === '\\')) at++;
    text += typed.charAt(at);
  }
  return { text, to: Math.min(typed.length, at + 1), quoted: true };
}

/** A value as it must be typed. */
export function printValue(value: string): string {
  return value === '' || /^=|[\s,"\\]/.test(value) ? quote(value) : value;
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/** A token as it must be typed: parsing it gives the same token. */
export function printToken({ negated, field, operator, values, quoted }: Token): string {
  const sign = negated ? '-' : '';
  if (field === '') {
    const word = quoted ? quote(values[0] ?? '') : (values[0] ?? '');
    // `-wx` would mean permissions.
    return (negated && PERMS.test(`-${word}`) ? '!' : sign) + word;
  }
  const isOpen = !quoted && values.at(-1) === '';
  return sign + field + operator + values.map((value, i) => (isOpen && i === values.length - 1 ? '' : printValue(value))).join(',');
}
