import { PAGE_EXCLUSIVE, PAGE_FILE, PAGE_GUARD, PAGE_MARKER, PAGE_PRESENT, PAGE_SOFT_DIRTY, PAGE_SWAPPED } from '@procmap/shared/page-states.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ENTRY_BYTES, pageStates } from './pagemap.ts';

/** As the kernel's documentation has the bits of an entry: which page it is of, and of what kind a page is that is somewhere. */
const KINDS: readonly (readonly [bit: bigint, state: number])[] = [
  [61n, PAGE_FILE],
  [56n, PAGE_EXCLUSIVE],
];
const [PRESENT, SWAP, GUARD, PROTECTED, SOFT_DIRTY] = [63n, 62n, 58n, 57n, 55n];

function stateOf(entry: bigint, hasSwap: boolean): number {
  const has = (bit: bigint): boolean => ((entry >> bit) & 1n) === 1n;
  const dirty = has(SOFT_DIRTY) ? PAGE_SOFT_DIRTY : 0;
  const place = has(PRESENT) ? PAGE_PRESENT : has(GUARD) ? PAGE_GUARD : !has(SWAP) ? 0 : has(PROTECTED) || !hasSwap ? PAGE_MARKER : PAGE_SWAPPED;
  // Of what is nowhere it is not told of what kind it is.
  if (place !== PAGE_PRESENT && place !== PAGE_SWAPPED) return place | dirty;
  return KINDS.reduce((states, [bit, state]) => states | (has(bit) ? state : 0), place | dirty);
}

it('takes the bits that tell of a page, and nothing of where it is', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt(0n, 2n ** 64n - 1n)), fc.nat(10), fc.boolean(), (entries, more, hasSwap) => {
      const bytes = new Uint8Array(entries.length * ENTRY_BYTES);
      const view = new DataView(bytes.buffer);
      entries.forEach((entry, i) => {
        view.setBigUint64(i * ENTRY_BYTES, entry, true);
      });
      const expected = entries.map((entry) => stateOf(entry, hasSwap));
      expect([...pageStates(bytes, entries.length + more, hasSwap)]).toEqual([...expected, ...new Array<number>(more).fill(0)]);
    }),
  );
});
