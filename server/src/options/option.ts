/** One option as parseArgs() found it; undefined: it was not given. */
export type Typed = string | boolean | readonly (string | boolean)[] | undefined;

/** Candidates a shell offers for a value. */
export type Completion = 'pids' | 'files' | 'hosts' | readonly string[];

/** The words for an option. `--help`, README, the man page and the completions are made from them. */
export interface Words {
  /** Without dashes. */
  readonly name: string;
  readonly short?: string;
  /** A phrase of one line: the completions show it alone. */
  readonly summary: string;
  /** Follows the summary in `--help`. */
  readonly detail?: string;
  /** Default as it is shown, where that differs from the value. */
  readonly defaultWords?: string;
  /** Sentences for the man page only. `code`, --options and pages(8) are marked up there. */
  readonly manual?: string;
  /** Names of options that cannot be combined with this one. */
  readonly excludes?: readonly string[];
}

export interface Option<Value = unknown> extends Words {
  /** Placeholder of the value in help; null: the option is a switch. */
  readonly value: string | null;
  readonly repeatable: boolean;
  readonly completion: Completion | null;
  /** Throws a Fault of status 2 on a value that the option does not take. */
  read(typed: Typed): Value;
}

interface ValueWords extends Words {
  readonly value: string;
  readonly completion?: Completion;
}

/** Options of one verb, by the property that each becomes. */
export type OptionTable = Readonly<Record<string, Option>>;

/** What the options of a table become. */
export type Values<Table extends OptionTable> = { readonly [Key in keyof Table]: Table[Key] extends Option<infer Value> ? Value : never };

/** True where it was given. */
export function flag(words: Words): Option<boolean> {
  return { ...words, value: null, repeatable: false, completion: null, read: (typed) => typed === true };
}

/** Null where it was not given. */
export function optional<Value>(words: ValueWords, parse: (text: string) => Value): Option<Value | null> {
  return { completion: null, ...words, repeatable: false, read: (typed) => (typeof typed === 'string' ? parse(typed) : null) };
}

/** `fallback` where it was not given; help shows it. */
export function withDefault<Value>(words: ValueWords, fallback: string, parse: (text: string) => Value): Option<Value> {
  const { defaultWords = fallback } = words;
  return { completion: null, ...words, defaultWords, repeatable: false, read: (typed) => parse(typeof typed === 'string' ? typed : fallback) };
}

/** All values that were given, in their order. */
export function repeatable<Value>(words: ValueWords, parse: (texts: readonly string[]) => Value): Option<Value> {
  return {
    completion: null,
    ...words,
    repeatable: true,
    read: (typed) => parse(Array.isArray(typed) ? typed.filter((each): each is string => typeof each === 'string') : []),
  };
}

/** What parseArgs() found for each option of a table -> what that means. */
export function readAll<Table extends OptionTable>(table: Table, typed: Readonly<Record<string, Typed>>): Values<Table> {
  return Object.fromEntries(Object.entries(table).map(([key, option]) => [key, option.read(typed[option.name])])) as Values<Table>;
}
