import type { Intervals } from '../intervals.ts';
import { addressDigits } from '../layout.ts';
import type { Located } from '../places/locate.ts';
import { type RegionJson, regionJson } from './map-json.ts';
import type { Uses } from '../use/uses.ts';
import { bytesJson, formatByteAddress } from '../page.ts';

/** `GET /api/processes/:pid/locate`. Sizes above 2^53 are strings of digits. */
export interface LocateJson {
  readonly start: string;
  readonly end: string;
  readonly space: 'user' | 'kernel' | 'none';
  readonly offset_in_region: string;
  /** null where no file is mapped. */
  readonly file_offset: string | null;
  /** null where a part of it is unknown: space of the kernel half that no source describes. */
  readonly mapped_bytes: number | string | null;
  /** The map changed while it was read, even when read again: regions may be of different moments. */
  readonly torn: boolean;
  /** Number of regions that the range touches. */
  readonly region_count: number;
  /** Descending; only the lowest if there are more than MAX_REGIONS. */
  readonly regions: readonly RegionJson[];
}

const MAX_REGIONS = 1000;

export function locateJson(
  intervals: Intervals,
  { start, end, first, last, offsetInRegion, fileOffset, mapped, space }: Located,
  torn: boolean,
  uses: Uses | null = null,
): LocateJson {
  const regions: RegionJson[] = [];
  for (let i = Math.min(last, first + MAX_REGIONS - 1); i >= first; i--) regions.push(regionJson(intervals, i, uses));
  return {
    start: formatByteAddress(start, addressDigits(intervals.layout)),
    end: formatByteAddress(end, addressDigits(intervals.layout)),
    space,
    offset_in_region: formatByteAddress(offsetInRegion, 1),
    file_offset: fileOffset === null ? null : formatByteAddress(fileOffset, 1),
    mapped_bytes: mapped === null ? null : bytesJson(mapped),
    torn,
    region_count: last - first + 1,
    regions,
  };
}
