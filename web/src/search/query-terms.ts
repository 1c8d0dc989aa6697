import { type Bytes, parseAddress } from '@procmap/shared/page.ts';
import { type AddressQuery, parseRange } from '@procmap/shared/places/address-query.ts';
import { VIEW, WRITE_EXEC_VIEW } from '@procmap/shared/views.ts';
import { parseDevice } from '@procmap/shared/region.ts';
import { type Certainty, CERTAINTIES } from '@procmap/shared/use/use-list.ts';
import { NO_USE_WORD, usesNamed } from './query-uses.ts';
import { type Field, fieldOf, FIELDS, operatorsOf } from './query-fields.ts';
import { type Operator, printValue, type Token } from './query-tokens.ts';
import { barePerms, inodeValue, percentValue, type PermsTest, permsValue, sizeValue } from './query-values.ts';

/** The condition of one term on an interval. Text is in lower case, except exact names. */
export type Criterion =
  | { readonly type: 'word'; readonly text: string }
  | { readonly type: 'range'; readonly range: AddressQuery }
  | { readonly type: 'name'; readonly exactly: boolean; readonly names: readonly string[] }
  | { readonly type: 'kind'; readonly kinds: readonly string[] }
  /** `exactly`: whole machine words; otherwise parts of words or names. */
  | { readonly type: 'use'; readonly exactly: boolean; readonly uses: readonly string[] }
  | { readonly type: 'of'; readonly texts: readonly string[] }
  | { readonly type: 'certainty'; readonly certainties: readonly Certainty[] }
  | { readonly type: 'perms'; readonly tests: readonly PermsTest[] }
  | { readonly type: 'type'; readonly shared: readonly boolean[] }
  | { readonly type: 'space'; readonly spaces: readonly string[] }
  | { readonly type: 'deleted'; readonly yes: readonly boolean[] }
  /** Marks of shared/src/views.ts, any of which a row must have; 0: it is not a view. */
  | { readonly type: 'views'; readonly marks: readonly number[] }
  | { readonly type: 'device'; readonly devices: readonly number[] }
  | { readonly type: 'flag'; readonly flags: readonly string[] }
  | { readonly type: 'number'; readonly field: Field; readonly compare: Comparison; readonly bounds: readonly Bytes[] };

export type Comparison = '=' | '>' | '>=' | '<' | '<=';

export interface Term {
  /** Matches everything except the matches of the criterion. */
  readonly negated: boolean;
  /** `!=`: matches intervals with such a property, but another value. */
  readonly other: boolean;
  readonly criterion: Criterion;
}

/** A sentence that says what to write instead, or what is missing. */
export interface Problem {
  readonly problem: string;
  readonly unfinished?: true;
}

export function isProblem(term: Term | Problem): term is Problem {
  return 'problem' in term;
}

/** The term of a token; a sentence if it is invalid. */
export function termOf(token: Token): Term | Problem {
  const { negated, field: name, operator, values, quoted } = token;
  if (name === '') return { negated, other: false, criterion: wordOf(values[0] ?? '', quoted) };
  const field = fieldOf(name);
  if (field === null) {
    const known = FIELDS.slice(0, 8).map((each) => each.name);
    return { problem: `There is no field “${name}”. Fields are ${known.join(', ')} … Put the text in quotes to find it in names.` };
  }
  if (!operatorsOf(field).includes(operator)) return { problem: `“${name}” takes ${operatorsOf(field).join(' or ')}, such as ${field.example}.` };
  if (values.includes('') && !(field.type === 'name' && (quoted || values.length > 1)))
    return { problem: `A value is missing after “${name}${operator}”, such as ${field.example}.`, unfinished: true };
  const criterion = criterionOf(field, operator, values);
  return typeof criterion === 'string' ? { problem: criterion } : { negated, other: operator === '!=', criterion };
}

function wordOf(word: string, quoted: boolean): Criterion {
  const text = word.toLowerCase();
  if (quoted) return { type: 'word', text };
  const perms = barePerms(text);
  if (perms !== null) return { type: 'perms', tests: [perms] };
  const range = text.includes('0x') ? parseRange(text) : null;
  return range === null ? { type: 'word', text } : { type: 'range', range };
}

/** A sentence for a value that does not fit this field. */
function criterionOf(field: Field, operator: Operator, values: readonly string[]): Criterion | string {
  const exactly = operator === '=' || operator === '!=';
  const lower = values.map((value) => value.toLowerCase());
  switch (field.type) {
    case 'name':
      return { type: 'name', exactly, names: exactly ? values : lower };
    case 'kind':
      return { type: 'kind', kinds: lower };
    case 'use':
      return each(
        field,
        lower,
        (value) => (usesNamed(value, exactly).length > 0 || value === NO_USE_WORD ? value : null),
        (uses) => ({ type: 'use', exactly, uses }),
      );
    case 'of':
      return { type: 'of', texts: lower };
    case 'certainty':
      return each(
        field,
        lower,
        (value) => CERTAINTIES.find((certainty) => certainty === value) ?? null,
        (certainties) => ({ type: 'certainty', certainties }),
      );
    case 'perms':
      return each(
        field,
        values,
        (value) => permsValue(value, exactly),
        (tests) => ({ type: 'perms', tests }),
      );
    case 'type':
      return each(
        field,
        lower,
        (value) => word(value, { p: false, private: false, s: true, shared: true }),
        (shared) => ({ type: 'type', shared }),
      );
    case 'space':
      return each(
        field,
        lower,
        (value) => word(value, { user: 'user', kernel: 'kernel', none: 'none' }),
        (spaces) => ({ type: 'space', spaces }),
      );
    case 'deleted':
      return each(
        field,
        lower,
        (value) => word(value, { yes: true, no: false }),
        (yes) => ({ type: 'deleted', yes }),
      );
    case 'views':
      return each(
        field,
        lower,
        (value) => word(value, { yes: VIEW, no: 0, 'w+x': WRITE_EXEC_VIEW, wx: WRITE_EXEC_VIEW }),
        (marks) => ({ type: 'views', marks }),
      );
    case 'device':
      return each(field, values, parseDevice, (devices) => ({ type: 'device', devices }));
    case 'flag':
      return each(
        field,
        lower,
        (value) => (/^[a-z0-9]{2}$/.test(value) ? value : null),
        (flags) => ({ type: 'flag', flags }),
      );
    case 'size':
    case 'figure':
      return numbers(field, operator, values, sizeValue);
    case 'address':
      return numbers(field, operator, values, parseAddress);
    case 'inode':
      return numbers(field, operator, values, inodeValue);
    case 'percent':
      return numbers(field, operator, values, (value) => {
        const percent = percentValue(value);
        return percent === null ? null : { page: percent, byte: 0 };
      });
  }
}

function numbers(field: Field, operator: Operator, values: readonly string[], read: (value: string) => Bytes | null): Criterion | string {
  const compare: Comparison = operator === ':' || operator === '!=' ? '=' : operator;
  if (compare !== '=' && values.length > 1) return `“${field.name}${operator}” takes one value, such as ${field.example}.`;
  return each(field, values, read, (bounds) => ({ type: 'number', field, compare, bounds }));
}

function each<T>(field: Field, values: readonly string[], read: (value: string) => T | null, make: (read: readonly T[]) => Criterion): Criterion | string {
  const found: T[] = [];
  for (const value of values) {
    const one = read(value);
    if (one === null) return `${printValue(value)} is not a value of “${field.name}”: ${field.hint}. Example: ${field.example}.`;
    found.push(one);
  }
  return make(found);
}

function word<T>(text: string, words: Readonly<Record<string, T>>): T | null {
  return Object.hasOwn(words, text) ? (words[text] ?? null) : null;
}
