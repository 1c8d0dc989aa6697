import { type Certainty, NO_USE, USES, useName } from '@procmap/shared/use/use-list.ts';
import type { Criterion } from './query-terms.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';

/** The value of `use` for a mapping whose use is not known. */
export const NO_USE_WORD = 'none';

/** The uses meant by a value in lower case: machine words or names of which it is a part, or `exactly` that word. */
export function usesNamed(value: string, exactly: boolean): readonly number[] {
  return USES.flatMap((word, use) => {
    const isMeant = exactly ? word === value : [word, useName(use), useName(use, 2)].some((text) => text.toLowerCase().includes(value));
    return isMeant ? [use] : [];
  });
}

/** True for a condition on what a mapping is for. */
export function isAboutUses({ type }: Criterion): boolean {
  return type === 'use' || type === 'of' || type === 'certainty';
}

type RowAnswer = (row: number) => boolean;

/** Whether the use of a row is one of these. */
export function useAnswer(values: readonly string[], exactly: boolean, { use }: Uses): RowAnswer {
  const isMeant = new Uint8Array(256);
  for (const value of values) for (const each of value === NO_USE_WORD ? [NO_USE] : usesNamed(value, exactly)) isMeant[each] = 1;
  return (row) => isMeant[use[row] ?? NO_USE] === 1;
}

/** Whether a part of a row, or the row, is of something with one of these texts in it. */
export function ofAnswer(texts: readonly string[], uses: Uses): RowAnswer {
  const owners = lowerOwners(uses);
  return (row) => texts.some((text) => owners[row]?.includes(text) === true);
}

export function certaintyAnswer(certainties: readonly Certainty[], uses: Uses): RowAnswer {
  return (row) => {
    const { certainty } = uses.facts(row);
    return certainty !== null && certainties.includes(certainty);
  };
}

const owners = new WeakMap<Uses, readonly string[]>();

/** Whose each row is, in lower case, its parts included. Cached per Uses. */
function lowerOwners(uses: Uses): readonly string[] {
  let texts = owners.get(uses);
  if (texts === undefined) {
    texts = Array.from({ length: uses.table.length }, (_, row) => {
      const parts = uses.parts(row);
      const all = parts.length === 0 ? [uses.of(row)] : parts.map((part) => uses.partFacts(part, row).of);
      return all.join('\n').toLowerCase();
    });
    owners.set(uses, texts);
  }
  return texts;
}
