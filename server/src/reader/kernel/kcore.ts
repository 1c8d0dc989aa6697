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

/** The layout that the segments of /proc/kcore prove. Segments that are not certain are left out. */
interface KcoreLayout {
  readonly regions: readonly FoundRegion[];
  /** Offsets from physical addresses to the direct map and to the kernel image; null: unknown. */
  readonly directOffset: bigint | null;
  readonly imageOffset: bigint | null;
  /** Start of the module window on x86_64. */
  readonly modulesStart: bigint | null;
}

const NOTHING: KcoreLayout = { regions: [], directOffset: null, imageOffset: null, modulesStart: null };

/** `ramEnd`: end of the physical memory from /proc/iomem; null: unknown. */
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
  // KASLR moves these three regions, but keeps their order.
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
  // Directly below vmalloc: 128 MiB or, since Linux 6.5, 2 GiB. With KASLR most modules lie elsewhere, within vmalloc.
  const modules = only(segments, ({ start, end, physical }) => physical === null && start === upper.start && end === vmalloc?.start);
  const image = only(segments, (segment) => segment.physical !== null && isWithin(segment, upper));
  const ram = segments.filter((segment) => segment.physical !== null && isWithin(segment, { start: kernel.half.start, end: upper.start }));
  const offset = sameOffset(ram);
  // Physical memory may begin anywhere in the direct map, and KASLR moves that place.
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

/** The image has no segment of its own, since it lies in the direct map. Modules lie in vmalloc. */
function i386(segments: readonly Segment[], kernel: Kernel): KcoreLayout {
  const vmalloc = only(segments, (segment) => segment.physical === null && isVmalloc(segment, kernel));
  // High memory is not in the direct map, so the end of the physical memory does not tell its end.
  const direct = vmalloc === null ? null : directMap(segments, { start: kernel.half.start, end: vmalloc.start }, null);
  const offset = direct?.offset ?? null;
  return { regions: named({ 'direct map': direct, vmalloc }), directOffset: offset, imageOffset: offset, modulesStart: null };
}

/** From the place of physical address 0 to that of the highest RAM, including all holes. */
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
  // One struct page for each page up to the highest, rounded up to whole sections.
  const pages = roundUp((direct.end - direct.start) / PAGE_BYTES, X86_SECTION_PAGES);
  const vmemmap = { start, end: start + roundUp(pages * STRUCT_PAGE, PAGE_BYTES) };
  return isWithin(vmemmap, within) ? vmemmap : null;
}

/**
 * Address of the struct page of the direct map's first page. Each segment of vmemmap follows the segment of its RAM.
 * null unless all of them agree at both ends: then a struct page does not have 64 bytes, or the segments are something
 * else.
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
    // A segment may be cut short where an earlier one begins.
    const end = start + roundUp(structPage(ram.end), pageSize);
    if (segment.end !== end && !segments.some((other) => other.start === segment.end)) starts.add(-1n);
  });
  const [start = -1n] = starts;
  return starts.size === 1 && start > 0n ? start : null;
}

/** The only matching item; null if none or several match. */
function only<T>(list: readonly T[], is: (item: T) => boolean): T | null {
  const matching = list.filter(is);
  return matching.length === 1 ? (matching[0] ?? null) : null;
}

function offsetOf(segment: Segment | null): bigint | null {
  return segment?.physical === null || segment === null ? null : segment.start - segment.physical;
}

/** null if the offsets differ, or if there is no segment. */
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
