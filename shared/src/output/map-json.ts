import type { MapMeta } from '../frame.ts';
import { type Intervals, tile } from '../intervals.ts';
import type { KernelHalf } from '../kernel-half.ts';
import { regionParts } from '../kernel-parts.ts';
import { addressDigits } from '../layout.ts';
import { bytesJson, formatAddress, formatByteAddress } from '../page.ts';
import { permsText } from '../perms.ts';
import type { MappingTable } from '../region.ts';
import { IntervalView } from '../regions/interval-view.ts';
import { NO_FACTS, type UseFacts, type Uses } from '../use/uses.ts';

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
  /** What a mapping is for (shared/src/use/): machine word, whose, by what evidence, `told`, `seen` or `likely`. */
  readonly use: string | null;
  readonly use_of: string;
  readonly use_evidence: string;
  readonly use_certainty: string | null;
  /** Only of a mapping with several uses: its parts, ascending. */
  readonly use_parts?: readonly UsePartJson[];
  /** Only for a kernel region: the region around it. */
  readonly within?: string | null;
}

/** A part of a mapping with a use of its own. */
type UsePartJson = Pick<RegionJson, 'start' | 'end' | 'use' | 'use_of' | 'use_evidence' | 'use_certainty'>;

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
interface MachineJson {
  /** As uname -m prints it. */
  readonly arch: string;
  readonly page_size: number;
}

interface MapJsonOptions {
  /** What the mappings are for; null: not known. */
  readonly uses?: Uses | null;
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
  { uses = null, include, more = {} }: MapJsonOptions = {},
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
    chunk += separator + JSON.stringify(regionJson(intervals, i, uses));
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
export function regionJson(intervals: Intervals, i: number, uses: Uses | null = null): RegionJson {
  const view = new IntervalView(intervals, i);
  const digits = addressDigits(intervals.layout);
  const { listedPerms: perms, inode, region } = view;
  const json: Omit<RegionJson, 'within' | 'use_parts'> & { within?: string | null; use_parts?: readonly UsePartJson[] } = {
    start: formatByteAddress(view.start, digits),
    end: formatByteAddress(view.end, digits),
    size: bytesJson(view.size),
    space: view.space,
    kind: view.kindName,
    perms: perms === null ? null : permsText(perms),
    type: view.type,
    offset: view.offset,
    device: view.device,
    inode: inode === null ? null : inodeJson(inode),
    name: view.name,
    source: view.source,
    ...factsJson(uses?.facts(view.row) ?? NO_FACTS),
  };
  const parts = uses?.parts(view.row) ?? [];
  if (uses !== null && parts.length > 0)
    json.use_parts = parts.map((part) => ({
      start: formatAddress(part.start, digits),
      end: formatAddress(part.end, digits),
      ...factsJson(uses.partFacts(part, view.row)),
    }));
  if (region !== null) json.within = view.within?.name ?? null;
  return json;
}

function factsJson({ use, of, evidence, certainty }: UseFacts): Pick<RegionJson, 'use' | 'use_of' | 'use_evidence' | 'use_certainty'> {
  return { use, use_of: of, use_evidence: evidence, use_certainty: certainty };
}

function inodeJson(inode: string): number | string {
  return Number(inode) <= Number.MAX_SAFE_INTEGER ? Number(inode) : inode;
}
