import type { RegionJson } from '@procmap/shared/output/map-json.ts';
import { escapeMapsName } from '@procmap/shared/text/escape.ts';
import { fileOfProcess } from '../kernel-figures.ts';
import { type ReferenceRow, referenceRows } from '../../server/test/maps-reference.ts';

export interface MapAnswer {
  readonly pid: number;
  readonly comm: string;
  readonly bits: number;
  readonly process_bits: number;
  readonly task_size: string;
  readonly torn: boolean;
  readonly kernel_source: string;
  readonly regions: readonly RegionJson[];
}

/** A mapping in one line, the form in which both sides are compared. */
function line(start: bigint, end: bigint, perms: string, offset: bigint, device: string, inode: string, name: string): string {
  return `${start.toString(16)}-${end.toString(16)} ${perms} ${offset.toString(16)} ${device} ${inode} ${name}`.trimEnd();
}

/** The mappings of an answer, ascending. */
export function answeredLines({ regions }: MapAnswer): string[] {
  return regions
    .filter((region) => region.source === 'maps')
    .map(({ start, end, perms, type, offset, device, inode, name }) =>
      line(BigInt(start), BigInt(end), `${perms}${type}`, BigInt(offset ?? -1), device ?? '', String(inode), name),
    )
    .reverse();
}

/** The lines of /proc/PID/maps, as they are now. */
export function kernelLines(pid: number): string[] {
  return kernelRows(pid).map(({ start, end, perms, offset, device, inode, name }) =>
    line(start, end, perms, offset, device, inode, escapeMapsName(Buffer.from(name, 'latin1'))),
  );
}

export function kernelRows(pid: number): ReferenceRow[] {
  return referenceRows(fileOfProcess(pid, 'maps'));
}
