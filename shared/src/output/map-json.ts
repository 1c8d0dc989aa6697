import type { MapMeta } from '../frame.ts';
import { exactBound, type Intervals, spaceOf, tile } from '../intervals.ts';
import type { KernelHalf } from '../kernel-half.ts';
import { enclosingRegion, regionOf, regionParts, UNKNOWN_PERMS } from '../kernel-parts.ts';
import { kindName } from '../kind.ts';
import { addressDigits } from '../layout.ts';
import { bytesJson, formatAddress, formatByteAddress, subtractBytes } from '../page.ts';
import { permsText, typeText } from '../perms.ts';
import { deviceText, inodeText, type MappingTable } from '../region.ts';
import { shownName } from '../shown-name.ts';

/** One region of `GET /api/processes/:pid/map`. What a region that is not mapped has not is null. */
export interface RegionJson {
  readonly start: string;
  readonly end: string;
  /** A string above 2^53. */
  readonly size: number | string;
  readonly space: 'user' | 'kernel' | 'none';
  /** A region of the kernel is of its own kind. */
  readonly kind: string;
  /** Of a region of the kernel: of all that is mapped in it, together. */
  readonly perms: string | null;
  readonly type: 'p' | 's' | null;
  readonly offset: string | null;
  readonly device: string | null;
  readonly inode: number | string | null;
  /** Visibly escaped. */
  readonly name: string;
  readonly source: string;
  /** Of a region of the kernel: the one around it. */
  readonly within?: string | null;
}

/** Everything of the answer but the regions. */
export interface MapHeadJson {
  readonly pid: number;
  readonly comm: string;
  readonly taken_at: string;
  readonly arch: string;
  readonly bits: number;
  readonly process_bits: number;
  readonly page_size: number;
  readonly paging_levels: number;
  readonly task_size: string;
  readonly torn: boolean;
  readonly kernel_source: string;
  readonly kernel_note: string;
}

/** Of what machine the map is. */
export interface MachineJson {
  /** As uname -m says it. */
  readonly arch: string;
  readonly page_size: number;
}

export interface MapJsonOptions {
  /** Which regions: all of them, where it is not said. */
  readonly include?: (intervals: Intervals, index: number) => boolean;
  /** More of the answer, behind the regions. */
  readonly more?: Readonly<Record<string, unknown>>;
}

const CHUNK_CHARACTERS = 65_536;

/** The answer as text, in chunks: 65,000 mappings are 25 MB of it, which nobody needs to hold at once. Regions descend. */
export function* mapJson(
  meta: MapMeta,
  table: MappingTable,
  machine: MachineJson,
  kernel: KernelHalf,
  { include, more = {} }: MapJsonOptions = {},
): Generator<string> {
  const { process, layout } = meta;
  const head: MapHeadJson = {
    pid: process.pid,
    comm: process.comm,
    taken_at: new Date(meta.takenAt).toISOString(),
    arch: machine.arch,
    bits: layout.bits,
    process_bits: layout.processBits,
    page_size: machine.page_size,
    paging_levels: layout.pagingLevels,
    task_size: formatAddress(layout.taskEnd, 1),
    torn: meta.cost.torn,
    kernel_source: kernel.source,
    kernel_note: kernel.note,
  };
  yield `${JSON.stringify(head).slice(0, -1)},"regions":[`;
  const intervals = tile(table, layout, regionParts(kernel, layout));
  let chunk = '';
  let separator = '';
  for (let i = intervals.length - 1; i >= 0; i--) {
    if (include !== undefined && !include(intervals, i)) continue;
    chunk += separator + JSON.stringify(regionJson(intervals, i));
    separator = ',';
    if (chunk.length >= CHUNK_CHARACTERS) {
      yield chunk;
      chunk = '';
    }
  }
  const rest = JSON.stringify(more).slice(1);
  yield `${chunk}]${rest === '}' ? '' : ','}${rest}`;
}

/** Region i of the intervals. */
export function regionJson(intervals: Intervals, i: number): RegionJson {
  const { table, layout } = intervals;
  const start = exactBound(intervals, i);
  const end = exactBound(intervals, i + 1);
  const digits = addressDigits(layout);
  const row = intervals.row[i] ?? -1;
  const place = {
    start: formatByteAddress(start, digits),
    end: formatByteAddress(end, digits),
    size: bytesJson(subtractBytes(end, start)),
    space: spaceOf(intervals, i),
    kind: kindName(intervals.kind[i] ?? 0),
  };
  if (row < 0) return { ...place, ...NOT_MAPPED, ...kernelJson(intervals, intervals.part[i] ?? -1) };
  const perms = table.perms[row] ?? 0;
  const inode = inodeText(table, row);
  return {
    ...place,
    perms: permsText(perms),
    type: typeText(perms),
    offset: formatAddress(table.offset[row] ?? 0, 1),
    device: deviceText(table, row),
    inode: Number(inode) <= Number.MAX_SAFE_INTEGER ? Number(inode) : inode,
    name: shownName(table.names, table.name[row] ?? 0),
    source: 'maps',
  };
}

const NOT_MAPPED = { perms: null, type: null, offset: null, device: null, inode: null, name: '', source: 'computed' };

/** What a region of the kernel has; nothing for a part that lies in none. */
function kernelJson({ kernel }: Intervals, part: number): Partial<RegionJson> {
  const region = regionOf(kernel, part);
  if (region === null) return {};
  const perms = kernel.perms[part] ?? UNKNOWN_PERMS;
  const { kind, name, source } = region;
  return { kind, name, source, perms: perms === UNKNOWN_PERMS ? null : permsText(perms), within: enclosingRegion(kernel, part)?.name ?? null };
}
