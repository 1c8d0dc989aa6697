import { PAGE_EXCLUSIVE, PAGE_FILE, PAGE_GUARD, PAGE_MARKER, PAGE_PRESENT, PAGE_SOFT_DIRTY, PAGE_SWAPPED } from '@procmap/shared/figures/page-states.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ENTRY_BYTES, pageStates } from './pagemap.ts';

/** Bits of an entry from the kernel's documentation: the page's place, and the kind of a page that has one. */
const KINDS: readonly (readonly [bit: bigint, state: number])[] = [
  [61n, PAGE_FILE],
  [56n, PAGE_EXCLUSIVE],
];
const [PRESENT, SWAP, GUARD, SOFT_DIRTY] = [63n, 62n, 58n, 55n];
const PLACE = 2n ** 55n - 1n;

function stateOf(entry: bigint, hasSwap: boolean): number {
  const has = (bit: bigint): boolean => ((entry >> bit) & 1n) === 1n;
  const dirty = has(SOFT_DIRTY) ? PAGE_SOFT_DIRTY : 0;
  const place = has(PRESENT) ? PAGE_PRESENT : has(GUARD) ? PAGE_GUARD : !has(SWAP) ? 0 : isMarker(entry) || !hasSwap ? PAGE_MARKER : PAGE_SWAPPED;
  // The kind of a page without a place is unknown.
  if (place !== PAGE_PRESENT && place !== PAGE_SWAPPED) return place | dirty;
  return KINDS.reduce((states, [bit, state]) => states | (has(bit) ? state : 0), place | dirty);
}

/** Decides by the number of the swap file; a kernel has 23 to 32 of these. */
function isMarker(entry: bigint): boolean {
  return (entry & 31n) >= 23n;
}

/** Includes entries whose places are hidden without CAP_SYS_ADMIN. */
const entryOf = fc.tuple(fc.bigInt(0n, 2n ** 64n - 1n), fc.boolean()).map(([entry, hidden]) => (hidden ? entry & ~PLACE : entry));

it('uses the bits about a page, and not its place', () =>
  fc.assert(
    fc.property(fc.array(entryOf), fc.nat(10), fc.boolean(), (entries, more, hasSwap) => {
      const bytes = new Uint8Array(entries.length * ENTRY_BYTES);
      const view = new DataView(bytes.buffer);
      entries.forEach((entry, i) => view.setBigUint64(i * ENTRY_BYTES, entry, true));
      const expected = entries.map((entry) => stateOf(entry, hasSwap));
      const { states, unsure } = pageStates(bytes, entries.length + more, hasSwap);
      expect([...states]).toEqual([...expected, ...new Array<number>(more).fill(0)]);
      expect(unsure).toEqual(entries.flatMap((entry, i) => (((expected[i] ?? 0) & PAGE_SWAPPED) !== 0 && (entry & PLACE) === 0n ? [i] : [])));
    }),
  ));

it.each([
  ['a page in the first swap file', 0x4000_0000_0000_0020n, PAGE_SWAPPED],
  ['a page in another one that userfaultfd protects', 0x4200_0000_0000_0021n, PAGE_SWAPPED],
  ['a page whose place is hidden, and which userfaultfd protects or marks', 0x4200_0000_0000_0000n, PAGE_SWAPPED],
  ['a marker of userfaultfd, as Linux 6.18 tells it', 0x4200_0000_0000_003fn, PAGE_MARKER],
  ['poison', 0x4000_0000_0000_0edcn, PAGE_MARKER],
])('tells %s', (_, entry, state) => {
  const bytes = new Uint8Array(ENTRY_BYTES);
  new DataView(bytes.buffer).setBigUint64(0, entry, true);
  expect([...pageStates(bytes, 1, true).states]).toEqual([state]);
});
