import { PAGE_EXCLUSIVE, PAGE_FILE, PAGE_PRESENT, PAGE_SOFT_DIRTY, PAGE_SWAPPED } from '@procmap/shared/page-states.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ENTRY_BYTES, pageStates } from './pagemap.ts';

/** As the kernel's documentation has the bits of an entry. */
const BITS: readonly (readonly [bit: bigint, state: number])[] = [
  [63n, PAGE_PRESENT],
  [62n, PAGE_SWAPPED],
  [61n, PAGE_FILE],
  [56n, PAGE_EXCLUSIVE],
  [55n, PAGE_SOFT_DIRTY],
];

it('takes the bits that tell of a page, and nothing of where it is', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt(0n, 2n ** 64n - 1n)), fc.nat(10), (entries, more) => {
      const bytes = new Uint8Array(entries.length * ENTRY_BYTES);
      const view = new DataView(bytes.buffer);
      entries.forEach((entry, i) => {
        view.setBigUint64(i * ENTRY_BYTES, entry, true);
      });
      const expected = entries.map((entry) => {
        const all = BITS.reduce((states, [bit, state]) => states | (((entry >> bit) & 1n) === 1n ? state : 0), 0);
        // Of what is nowhere it is not told of what kind it is.
        return (all & (PAGE_PRESENT | PAGE_SWAPPED)) === 0 ? all & PAGE_SOFT_DIRTY : all;
      });
      expect([...pageStates(bytes, entries.length + more)]).toEqual([...expected, ...new Array<number>(more).fill(0)]);
    }),
  );
});
