import { type Layout, shownDigits } from '@procmap/shared/layout.ts';
import { formatAddress } from '@procmap/shared/page.ts';
import { formatPages } from '@procmap/shared/units.ts';
import { type Certainty, Use, useSentence } from '@procmap/shared/use/use-list.ts';
import { useText } from '@procmap/shared/use/use-text.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';

/** A part of a mapping that has several uses. */
interface UsePartDetails {
  readonly start: string;
  readonly size: string;
  readonly text: string;
}

/** What a mapping is for, as text. */
export interface UseDetails {
  /** `thread stack of worker-3 812`. */
  readonly text: string;
  /** What that is, for newcomers; '' if the use is not known. */
  readonly sentence: string;
  /** How it is known, and how sure that is. */
  readonly evidence: string;
  /** The first of its parts, ascending; `more`: how many there are besides. */
  readonly parts: readonly UsePartDetails[];
  readonly more: number;
  /** A thread's stack or its guard, or several of them. */
  readonly isOfThreads: boolean;
}

const SURE: Readonly<Record<Certainty, string>> = {
  told: 'Told',
  seen: 'Seen',
  likely: 'Likely, by a pattern that is right in most cases',
};
const NOT_KNOWN = 'Not known: no rule has evidence of what it is for. It is not taken for a stack or a heap without any.';
const MAX_PARTS = 8;

export function useDetails(uses: Uses, row: number, layout: Layout): UseDetails {
  const facts = uses.facts(row);
  const parts = uses.parts(row);
  return {
    text: useText(facts),
    sentence: facts.use === null ? '' : useSentence(Use[facts.use]),
    evidence: facts.certainty === null ? NOT_KNOWN : `${SURE[facts.certainty]}: ${facts.evidence}.`,
    parts: parts.slice(0, MAX_PARTS).map((part) => ({
      start: formatAddress(part.start, shownDigits(layout, part.start)),
      size: formatPages(part.end - part.start),
      text: useText(uses.partFacts(part, row)),
    })),
    more: Math.max(0, parts.length - MAX_PARTS),
    isOfThreads: [facts.use, ...parts.map(({ claim }) => claim?.use)].some((use) => use === 'thread_stack' || use === 'stack_guard'),
  };
}
