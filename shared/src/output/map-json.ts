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

/** One region of `GET /api/processes/:pid/map`. Fields that only mappings have are null in other regions. */
export interface RegionJson {
  readonly start: string;
  readonly end: string;
  /** A string above 2^53. */
  readonly size: number | string;
  readonly space: 'user' | 'kernel' | 'none';
  /** A kernel region has a kind of its own. */
  readonly kind: string;
  /** In a kernel region: the combined permissions of everything mapped in it. */
  readonly perms: string | null;
  readonly type: 'p' | 's' | null;
  readonly offset: string | null;
  readonly device: string | null;
  readonly inode: number | string | null;
  /** Escaped. */
  readonly name: string;
  readonly source: string;
  /** Only for a kernel region: the region around it. */
  readonly within?: string | null;
}

/** The whole answer except the regions. */
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

/** The machine that the map comes from. */
export interface MachineJson {
  /** As uname -m prints it. */
  readonly arch: string;
  readonly page_size: number;
}

export interface MapJsonOptions {
  /** Selects regions; all if absent. */
  readonly include?: (intervals: Intervals, index: number) => boolean;
  /** Further fields of the answer, after the regions. */
  readonly more?: Readonly<Record<string, unknown>>;
}

const CHUNK_CHARACTERS = 65_536;

/** The answer as text, in chunks: 65,000 mappings are 25 MB, too much to hold at once. Regions descend. */
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

/** Fields of a kernel region; none for a part that lies in no region. */
function kernelJson({ kernel }: Intervals, part: number): Partial<RegionJson> {
  const region = regionOf(kernel, part);
  if (region === null) return {};
  const perms = kernel.perms[part] ?? UNKNOWN_PERMS;
  const { kind, name, source } = region;
  return { kind, name, source, perms: perms === UNKNOWN_PERMS ? null : permsText(perms), within: enclosingRegion(kernel, part)?.name ?? null };
}
