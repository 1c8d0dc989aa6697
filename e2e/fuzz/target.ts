/** A fuzzing target: a function that takes untrusted bytes, and its promise. */
export interface Target {
  readonly name: string;
  /** Initial inputs, valid and odd ones. */
  readonly seeds: () => readonly Buffer[];
  /** Words that occur in inputs of this kind. */
  readonly words: readonly string[];
  /** Throws, or rejects, if the promise is broken. A documented refusal does not break it. */
  readonly run: (input: Buffer) => void | Promise<void>;
}

/** The result of `make`, or null if it throws one of these errors, which are its refusals. Rethrows all others. */
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

/** Checks displayed text: nothing in it may control a terminal, or reverse, hide or break a line. */
export function promiseVisible(text: string, what: string): void {
  promise(!HIDDEN.test(text), `${what} is shown with ${JSON.stringify(HIDDEN.exec(text)?.[0])}`);
}
