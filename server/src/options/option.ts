/** An option's value from parseArgs(); undefined: not given. */
export type Typed = string | boolean | readonly (string | boolean)[] | undefined;

/** Values that shell completion offers. */
export type Completion = 'pids' | 'files' | 'hosts' | readonly string[];

/** The description of an option. `--help`, server/README.md, the man page and the completions are generated from it. */
interface Words {
  /** Without dashes. */
  readonly name: string;
  readonly short?: string;
  /** One line: completions show only this. */
  readonly summary: string;
  /** Follows the summary in `--help`. */
  readonly detail?: string;
  /** The default as help shows it, if it differs from the value. */
  readonly defaultWords?: string;
  /** Sentences for the man page only. `code`, --options and pages(8) are marked up there. */
  readonly manual?: string;
  /** Names of options that cannot be combined with this one. */
  readonly excludes?: readonly string[];
}

export interface Option<Value = unknown> extends Words {
  /** Placeholder of the value in help; null: the option takes no value. */
  readonly value: string | null;
  readonly repeatable: boolean;
  readonly completion: Completion | null;
  /** Throws a Fault of status 2 if the value is not valid. */
  read(typed: Typed): Value;
}

interface ValueWords extends Words {
  readonly value: string;
  readonly completion?: Completion;
}

/** Options of one verb, by the property that each sets. */
export type OptionTable = Readonly<Record<string, Option>>;

/** The parsed values of a table's options. */
export type Values<Table extends OptionTable> = { readonly [Key in keyof Table]: Table[Key] extends Option<infer Value> ? Value : never };

/** An option without a value; true if given. */
export function flag(words: Words): Option<boolean> {
  return { ...words, value: null, repeatable: false, completion: null, read: (typed) => typed === true };
}

/** null if not given. */
export function optional<Value>(words: ValueWords, parse: (text: string) => Value): Option<Value | null> {
  return { completion: null, ...words, repeatable: false, read: (typed) => (typeof typed === 'string' ? parse(typed) : null) };
}

/** `fallback` if not given; help shows it. */
export function withDefault<Value>(words: ValueWords, fallback: string, parse: (text: string) => Value): Option<Value> {
  const { defaultWords = fallback } = words;
  return { completion: null, ...words, defaultWords, repeatable: false, read: (typed) => parse(typeof typed === 'string' ? typed : fallback) };
}

/** All given values, in order. */
export function repeatable<Value>(words: ValueWords, parse: (texts: readonly string[]) => Value): Option<Value> {
  return {
    completion: null,
    ...words,
    repeatable: true,
    read: (typed) => parse(Array.isArray(typed) ? typed.filter((each): each is string => typeof each === 'string') : []),
  };
}

/** Parses the values that parseArgs() found for the options of a table. */
export function readAll<Table extends OptionTable>(table: Table, typed: Readonly<Record<string, Typed>>): Values<Table> {
  return Object.fromEntries(Object.entries(table).map(([key, option]) => [key, option.read(typed[option.name])])) as Values<Table>;
}
