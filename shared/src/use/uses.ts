import type { MappingTable } from '../region.ts';
import { type Certainty, CERTAINTIES, NO_USE, Use, useWord, type UseWord } from './use-list.ts';
import { useText } from './use-text.ts';

/** A use with its evidence, of one mapping or of many alike. Texts are escaped, and may depend on the row. */
export interface Claim {
  readonly use: UseWord;
  readonly certainty: Certainty;
  /** Whose it is: a thread, a file, a part of a runtime; ''. */
  readonly of: string | ((row: number) => string);
  /** A sentence with the figures that lead to it. */
  readonly evidence: string | ((row: number) => string);
}

/** A part of a mapping, pages [start, end). `claim` null: its use is not told. */
export interface UsePart {
  readonly start: number;
  readonly end: number;
  readonly claim: Claim | null;
}

/** What people and scripts are told of a mapping or a part of it. */
export interface UseFacts {
  readonly use: UseWord | null;
  readonly of: string;
  readonly evidence: string;
  readonly certainty: Certainty | null;
}

/** Of what no rule has evidence for, and of what is no mapping. */
export const NO_FACTS: UseFacts = { use: null, of: '', evidence: '', certainty: null };

/** What each mapping of one map is for. A value: it never changes once it is built. */
export class Uses {
  readonly table: MappingTable;
  /** Index in USES of each row; NO_USE: not told. */
  readonly use: Uint8Array;
  readonly #claims: readonly Claim[];
  readonly #claimOf: Int32Array;
  readonly #parts: ReadonlyMap<number, readonly UsePart[]>;

  constructor(table: MappingTable, claims: readonly Claim[], claimOf: Int32Array, parts: ReadonlyMap<number, readonly UsePart[]>) {
    this.table = table;
    this.#claims = claims;
    this.#claimOf = claimOf;
    this.#parts = parts;
    const indexes = new Uint8Array(claims.length);
    claims.forEach(({ use }, i) => (indexes[i] = Use[use]));
    this.use = new Uint8Array(table.length);
    for (let row = 0; row < table.length; row++) {
      const claim = claimOf[row] ?? -1;
      this.use[row] = claim < 0 ? NO_USE : (indexes[claim] ?? NO_USE);
    }
    for (const [row, of] of parts) this.use[row] = commonUse(of);
  }

  /** The parts of a mapping that has several; empty for any other. Ascending, without gaps. */
  parts(row: number): readonly UsePart[] {
    return this.#parts.get(row) ?? [];
  }

  /** Whose a mapping is; ''. The same as in its facts, but cheap. */
  of(row: number): string {
    if (this.parts(row).length > 0) return this.facts(row).of;
    const of = this.#claims[this.#claimOf[row] ?? -1]?.of ?? '';
    return typeof of === 'string' ? of : of(row);
  }

  facts(row: number): UseFacts {
    const parts = this.parts(row);
    if (parts.length > 0) return factsOfParts(parts, row, this.use[row] ?? NO_USE);
    const claim = this.#claims[this.#claimOf[row] ?? -1];
    return claim === undefined ? NO_FACTS : factsOf(claim, row);
  }

  /** The same for a part of a row. */
  partFacts(part: UsePart, row: number): UseFacts {
    return part.claim === null ? NO_FACTS : factsOf(part.claim, row);
  }
}

function factsOf({ use, certainty, of, evidence }: Claim, row: number): UseFacts {
  return { use, certainty, of: typeof of === 'string' ? of : of(row), evidence: typeof evidence === 'string' ? evidence : evidence(row) };
}

function commonUse(parts: readonly UsePart[]): number {
  const words = new Set(parts.map(({ claim }) => claim?.use));
  const [only] = words;
  return words.size === 1 && only !== undefined ? Use[only] : Use.mixed;
}

/** Of parts together: the least certainty; names and evidence one after the other, a few of many. */
function factsOfParts(parts: readonly UsePart[], row: number, use: number): UseFacts {
  const told = parts.flatMap(({ claim }) => (claim === null ? [] : [factsOf(claim, row)]));
  const certainty = CERTAINTIES[Math.max(...told.map((each) => CERTAINTIES.indexOf(each.certainty ?? 'told')))] ?? null;
  const isMixed = use === Use.mixed;
  const names = told.map((each) => (isMixed ? useText(each, 1, ' of ') : each.of));
  if (told.length < parts.length) names.push('memory not told');
  return { use: useWord(use), certainty, of: few(names.filter((name) => name !== '')), evidence: few([...new Set(told.map((each) => each.evidence))], ' ') };
}

const MAX_NAMED = 4;

function few(texts: readonly string[], separator = ', '): string {
  const more = texts.length - MAX_NAMED;
  return texts.slice(0, MAX_NAMED).join(separator) + (more > 0 ? `${separator}and ${more} more` : '');
}
