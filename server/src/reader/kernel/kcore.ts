import { PAGE_BYTES } from '@procmap/shared/page.ts';
import { found, type FoundRegion, isWithin, roundDown, roundUp, type Span } from './span.ts';
import type { ProgramHeaders, Segment } from './root-files/program-headers.ts';
import {
  arm64Middle,
  hasTodaysArm64,
  hasTodaysX86,
  isVmalloc,
  type Kernel,
  KERNEL_MAP,
  STRUCT_PAGE,
  X86_MODULES,
  X86_MODULES_EARLIER_END,
  X86_MODULES_END,
  X86_SECTION_PAGES,
} from './places.ts';

/** What the segments of /proc/kcore tell. What cannot be told for sure is left out, whatever it may be. */
export interface KcoreLayout {
  readonly regions: readonly FoundRegion[];
  /** To be added to a physical address: where the direct map has it, and where the kernel's image has it. null: not known. */
  readonly directOffset: bigint | null;
  readonly imageOffset: bigint | null;
  /** Where modules begin, on x86_64. */
  readonly modulesStart: bigint | null;
}

const NOTHING: KcoreLayout = { regions: [], directOffset: null, imageOffset: null, modulesStart: null };

/** `ramEnd`: where /proc/iomem says that the physical memory ends; null if it does not. */
export function readKcore({ machine, segments }: ProgramHeaders, kernel: Kernel, ramEnd: bigint | null): KcoreLayout {
  if (machine !== kernel.arch || segments.some((segment) => !isWithin(segment, kernel.half))) return NOTHING;
  switch (machine) {
    case 'x86_64':
      return hasTodaysX86(kernel) ? x86_64(segments, kernel, ramEnd) : NOTHING;
    case 'aarch64':
      return hasTodaysArm64(kernel) ? arm64(segments, kernel) : NOTHING;
    case 'i386':
      return i386(segments, kernel);
  }
}

function x86_64(segments: readonly Segment[], kernel: Kernel, ramEnd: bigint | null): KcoreLayout {
  const vmalloc = only(segments, (segment) => segment.physical === null && isVmalloc(segment, kernel));
  const modules = only(
    segments,
    ({ start, end }) => X86_MODULES.some((each) => each === start) && (end === X86_MODULES_END || end === X86_MODULES_EARLIER_END),
  );
  const window = { start: KERNEL_MAP, end: modules?.start ?? X86_MODULES_END };
  const image = only(segments, (segment) => isWithin(segment, window));
  // The order of the three is the same wherever KASLR puts them.
  const low = { start: kernel.half.start, end: vmalloc?.start ?? kernel.half.start };
  const direct = directMap(segments, low, ramEnd);
  const vmemmap = direct === null || vmalloc === null ? null : x86Vmemmap(segments, { start: vmalloc.end, end: KERNEL_MAP }, direct);
  return {
    regions: named({ 'direct map': direct, vmalloc, vmemmap, modules, 'kernel image': image }),
    directOffset: direct?.offset ?? null,
    imageOffset: offsetOf(image),
    modulesStart: modules?.start ?? null,
  };
}

function arm64(segments: readonly Segment[], kernel: Kernel): KcoreLayout {
  const upper = { start: arm64Middle(kernel), end: kernel.half.end };
  const vmalloc = only(segments, (segment) => segment.physical === null && isVmalloc(segment, kernel));
  // Of 128 MiB, or since Linux 6.5 of 2 GiB, right below vmalloc. With KASLR most modules lie elsewhere, in vmalloc.
  const modules = only(segments, ({ start, end, physical }) => physical === null && start === upper.start && end === vmalloc?.start);
  const image = only(segments, (segment) => segment.physical !== null && isWithin(segment, upper));
  const ram = segments.filter((segment) => segment.physical !== null && isWithin(segment, { start: kernel.half.start, end: upper.start }));
  const offset = sameOffset(ram);
  // Physical memory begins anywhere in it, and KASLR moves that.
  const direct = offset === null ? null : { start: kernel.half.start, end: highest(ram) };
  const vmemmapStart = direct === null ? null : startOfVmemmap(segments, { ...direct, pageSize: kernel.pageSize });
  const vmemmap =
    vmemmapStart === null ? null : { start: vmemmapStart, end: vmemmapStart + ((upper.start - kernel.half.start) / kernel.pageSize) * STRUCT_PAGE };
  return {
    regions: named({ 'direct map': direct, vmalloc, vmemmap: vmemmap !== null && isWithin(vmemmap, upper) ? vmemmap : null, modules, 'kernel image': image }),
    directOffset: offset,
    imageOffset: offsetOf(image),
    modulesStart: null,
  };
}

/** The image has no segment of its own: it lies in the direct map. Modules lie in vmalloc. */
function i386(segments: readonly Segment[], kernel: Kernel): KcoreLayout {
  const vmalloc = only(segments, (segment) => segment.physical === null && isVmalloc(segment, kernel));
  // The memory above does not lie in it, and so says nothing of its end.
  const direct = vmalloc === null ? null : directMap(segments, { start: kernel.half.start, end: vmalloc.start }, null);
  const offset = direct?.offset ?? null;
  return { regions: named({ 'direct map': direct, vmalloc }), directOffset: offset, imageOffset: offset, modulesStart: null };
}

/** From where physical address 0 is to where the highest is, whatever holes are in it. */
function directMap(segments: readonly Segment[], within: Span, ramEnd: bigint | null): (Span & { offset: bigint; pageSize: bigint }) | null {
  const ram = segments.filter((segment) => segment.physical !== null && isWithin(segment, within));
  const offset = sameOffset(ram);
  if (offset === null || offset < within.start) return null;
  const end = highest(ram);
  const shownEnd = ramEnd === null ? end : offset + ramEnd;
  const direct = { start: offset, end: shownEnd > end ? shownEnd : end, offset, pageSize: PAGE_BYTES };
  return isWithin(direct, within) ? direct : null;
}

function x86Vmemmap(segments: readonly Segment[], within: Span, direct: Span & { pageSize: bigint }): Span | null {
  const start = startOfVmemmap(segments, direct);
  if (start === null) return null;
  // One struct page for each page up to the highest, in whole sections.
  const pages = roundUp((direct.end - direct.start) / PAGE_BYTES, X86_SECTION_PAGES);
  const vmemmap = { start, end: start + roundUp(pages * STRUCT_PAGE, PAGE_BYTES) };
  return isWithin(vmemmap, within) ? vmemmap : null;
}

/**
 * Where the struct page of the direct map's first page is, by the segments of vmemmap, each of which stands behind that of the RAM that it is for. null unless all
 * of them agree, from both ends: then struct page is not of 64 bytes, or they are something else.
 */
function startOfVmemmap(segments: readonly Segment[], direct: Span & { pageSize: bigint }): bigint | null {
  const { pageSize } = direct;
  const starts = new Set<bigint>();
  segments.forEach((segment, i) => {
    const ram = segments[i - 1];
    if (ram === undefined || !isWithin(ram, direct) || ram.physical === null || segment.physical !== null) return;
    const structPage = (address: bigint): bigint => ((address - direct.start) / pageSize) * STRUCT_PAGE;
    const start = segment.start - roundDown(structPage(ram.start), pageSize);
    starts.add(start);
    // Cut off where the next one, which was there before, begins.
    const end = start + roundUp(structPage(ram.end), pageSize);
    if (segment.end !== end && !segments.some((other) => other.start === segment.end)) starts.add(-1n);
  });
  const [start = -1n] = starts;
  return starts.size === 1 && start > 0n ? start : null;
}

/** The one of which this is true; null if it is true of none or of several. */
function only<T>(list: readonly T[], is: (item: T) => boolean): T | null {
  const matching = list.filter(is);
  return matching.length === 1 ? (matching[0] ?? null) : null;
}

function offsetOf(segment: Segment | null): bigint | null {
  return segment?.physical === null || segment === null ? null : segment.start - segment.physical;
}

/** null when they have not all the same, or there is none. */
function sameOffset(ram: readonly Segment[]): bigint | null {
  const offsets = new Set(ram.map(offsetOf));
  const [offset = null] = offsets;
  return offsets.size === 1 ? offset : null;
}

function highest(spans: readonly Span[]): bigint {
  return spans.reduce((end, span) => (span.end > end ? span.end : end), 0n);
}

function named(spans: { readonly [name: string]: Span | null }): FoundRegion[] {
  return Object.entries(spans).flatMap(([name, span]) => (span === null ? [] : [found(name, span.start, span.end, 'kcore')]));
}
