import { encodeJson, list, number, object, toldIn } from '../formats/told.ts';

/**
 * A look at a process, with the figures that were known then. Figures in KiB, but `mappings`, `mappedPages` and
 * `readMs`; null: not known.
 */
const LOOK_FIELDS = ['at', 'readMs', 'torn', 'mappings', 'mappedPages', 'rssKb', 'pssKb', 'swapKb', 'figuresAt'] as const;
type LookField = (typeof LOOK_FIELDS)[number];
export type Look = Readonly<Record<LookField, number | null>> & {
  readonly at: number;
  /** Pages mapped for each use, by its machine word; '' for what is not told. Empty: not known at this look. */
  readonly byUse: Readonly<Record<string, number>>;
};

const MAX_LOOKS = 100;
const MAX_MS = 10_000;

/** Looks that are in no frame yet. */
export class LookList {
  #looks: Look[] = [];

  add(look: Look): void {
    this.#looks.push(look);
  }

  get isFull(): boolean {
    const [first] = this.#looks;
    const last = this.#looks.at(-1);
    return this.#looks.length >= MAX_LOOKS || (first !== undefined && last !== undefined && last.at - first.at >= MAX_MS);
  }

  /** The payload of a frame, and its first and last moment; null: there are none. */
  take(): { readonly at: number; readonly until: number; readonly payload: Uint8Array } | null {
    const looks = this.#looks;
    this.#looks = [];
    const [first, last] = [looks[0], looks.at(-1)];
    if (first === undefined || last === undefined) return null;
    return { at: first.at, until: last.at, payload: encodeLooks(looks) };
  }
}

/** Lists of equal length, one a field: they deflate well, and a reader skips those that it does not know. */
function encodeLooks(looks: readonly Look[]): Uint8Array {
  const lists = Object.fromEntries(LOOK_FIELDS.map((field) => [field, looks.map((look) => look[field])]));
  return encodeJson({ ...lists, byUse: looks.map(({ byUse }) => byUse) });
}

/** Throws RangeError if it is no list of looks. What it lacks is null. */
export function decodeLooks(payload: Uint8Array): Look[] {
  const told = toldIn(payload);
  const fields = LOOK_FIELDS.map((field) => [field, list(told[field])] as const);
  const byUse = list(told['byUse']);
  return list(told['at']).map((time, i) => {
    const at = number(time);
    if (at === null) throw new RangeError('a look has no time');
    const figures = Object.fromEntries(fields.map(([field, values]) => [field, number(values[i])])) as Record<LookField, number | null>;
    return { ...figures, at, byUse: numbersIn(byUse[i]) };
  });
}

function numbersIn(value: unknown): Record<string, number> {
  return Object.fromEntries(Object.entries(object(value) ?? {}).flatMap(([name, each]) => (number(each) === null ? [] : [[name, number(each) ?? 0]])));
}
