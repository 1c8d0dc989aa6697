import { regionAt } from '@procmap/shared/flatten.ts';
import { intervalAt, type Intervals, isFilled } from '@procmap/shared/intervals.ts';
import type { KernelRegion } from '@procmap/shared/kernel-half.ts';
import type { Located } from '@procmap/shared/places/locate.ts';
import { type Bytes, bytesText, formatByteAddress, PAGE_SIZE, subtractBytes } from '@procmap/shared/page.ts';
import { formatBytes, formatCount, formatPages } from '@procmap/shared/units.ts';
import { kindLabel, kindSentence } from '@procmap/shared/words.ts';
import { titleOf } from '../regions/naming.ts';
import { type AddressQuery, isEmpty } from '@procmap/shared/places/address-query.ts';

/** A sentence around a name, which is kept apart since it may have any writing direction. */
export interface LocatedWords {
  readonly before: string;
  readonly name: string;
  readonly after: string;
}

/** Up to this size, the exact number of bytes is shown. */
const EXACT_PAGES = 2 ** 20 / PAGE_SIZE;

function plain(sentence: string): LocatedWords {
  return { before: sentence, name: '', after: '' };
}

/** Describes the regions of an address or a range. `located` is null outside the address space. */
export function locatedWords(query: AddressQuery, located: Located | null, intervals: Intervals): LocatedWords {
  if (isEmpty(query)) return plain('This range is empty: it has no length, or ends before it begins.');
  if (located === null) return plain(beyond(query, intervals));
  const { first, last, offsetInRegion, fileOffset } = located;
  if (first < last) return across(located, intervals);
  const region = regionOf(query.start, intervals);
  if (region !== null) return inRegion(query, region, first, intervals);
  if (!isFilled(intervals, first)) return plain(notMapped(query, first, intervals));
  const name = namedOf(intervals, first);
  const at = `${name.name === '' ? '' : ' '}${query.length === null ? 'at' : 'from'} +${hex(offsetInRegion)}`;
  const inFile = fileOffset === null ? '' : `, file offset ${hex(fileOffset)}`;
  return {
    before: `${query.length === null ? '' : `${size(query.length)} `}${query.length === null ? 'In' : 'in'} ${name.before}`,
    name: name.name,
    after: `${at}${inFile}.`,
  };
}

/** The kernel region at a byte, unless a mapping of the process is there. */
function regionOf(at: Bytes, intervals: Intervals): KernelRegion | null {
  const index = intervalAt(intervals, at.page);
  return (intervals.part[index] ?? -1) < 0 ? null : regionAt(intervals.kernel.half.regions, at);
}

function inRegion({ start, length }: AddressQuery, region: KernelRegion, index: number, intervals: Intervals): LocatedWords {
  const { part, kernel } = intervals;
  const isEmpty = kernel.half.ranges !== null && (kernel.range[part[index] ?? -1] ?? -1) < 0;
  const empty = isEmpty ? ', where nothing is mapped' : '';
  return {
    before: length === null ? 'In ' : `${size(length)} in `,
    name: region.name,
    after: ` ${length === null ? 'at' : 'from'} +${hex(subtractBytes(start, region.start))}${empty}.`,
  };
}

function beyond({ start }: AddressQuery, { layout }: Intervals): string {
  const last = `the last address is ${hex(subtractBytes({ page: layout.end, byte: 0 }, { page: 0, byte: 1 }))}`;
  return start.page >= layout.end ? `Beyond the end of the address space: ${last}.` : `This range ends beyond the address space: ${last}.`;
}

function notMapped({ length }: AddressQuery, index: number, { kind, bounds }: Intervals): string {
  const which = kind[index] ?? 0;
  const whole = formatPages((bounds[index + 1] ?? 0) - (bounds[index] ?? 0));
  return `${length === null ? '' : `${size(length)} in: `}${kindLabel(which)}, ${whole}. ${kindSentence(which)}`;
}

function across({ start, end, first, last, mapped, offsetInRegion }: Located, intervals: Intervals): LocatedWords {
  const whole = subtractBytes(end, start);
  const part =
    mapped === null
      ? 'an unknown part'
      : mapped.page === 0 && mapped.byte === 0
        ? 'nothing'
        : whole.page === mapped.page && whole.byte === mapped.byte
          ? 'all'
          : size(mapped, whole);
  const region = regionOf(start, intervals);
  const name = region === null ? namedOf(intervals, first) : { before: '', name: region.name };
  const offset = region === null ? offsetInRegion : subtractBytes(start, region.start);
  return {
    before: `${formatCount(last - first + 1)} regions; ${part} of ${size(whole)} is mapped. It begins in ${name.before}`,
    name: name.name,
    after: `${name.name === '' ? '' : ' '}at +${hex(offset)}.`,
  };
}

/** A region by its name; without one, by its kind, which does not count as a name. */
function namedOf(intervals: Intervals, index: number): { readonly before: string; readonly name: string } {
  const title = titleOf(intervals, index);
  const kind = kindLabel(intervals.kind[index] ?? 0);
  if (title !== kind) return { before: '', name: title };
  return { before: (intervals.row[index] ?? -1) < 0 ? `${kind} ` : `${kind} (no name) `, name: '' };
}

function hex(bytes: Bytes): string {
  return formatByteAddress(bytes, 1);
}

/** Bytes in words: the exact number if `whole` is small. */
function size(bytes: Bytes, whole: Bytes = bytes): string {
  if (whole.page > EXACT_PAGES) return formatBytes(bytes.page * PAGE_SIZE + bytes.byte);
  const count = formatCount(Number(bytesText(bytes)));
  return whole === bytes ? `${count} ${count === '1' ? 'byte' : 'bytes'}` : count;
}
