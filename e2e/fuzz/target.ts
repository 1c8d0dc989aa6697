/** What is fuzzed: a function that takes bytes of anybody, and what it promises. */
export interface Target {
  readonly name: string;
  /** Inputs to begin with, real ones and odd ones. */
  readonly seeds: () => readonly Buffer[];
  /** Words that inputs of this kind are made of. */
  readonly words: readonly string[];
  /** Throws, or rejects, when the promise is broken; a refusal that is documented is none. */
  readonly run: (input: Buffer) => void | Promise<void>;
}

/** What `make` gives; null where it throws one of these, which is how it refuses. Everything else goes on up. */
export function orRefused<T>(make: () => T, ...refusals: readonly (abstract new (...args: never[]) => Error)[]): T | null {
  try {
    return make();
  } catch (error) {
    if (refusals.some((kind) => error instanceof kind)) return null;
    throw error;
  }
}

export function promise(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken: ${what}`);
}

const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Text that is shown: nothing in it controls a terminal, turns a line around, hides or breaks it. */
export function promiseVisible(text: string, what: string): void {
  promise(!HIDDEN.test(text), `${what} is shown with ${JSON.stringify(HIDDEN.exec(text)?.[0])}`);
}
