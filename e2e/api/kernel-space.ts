import { readFileSync } from 'node:fs';
import { kernelRows } from './map-answer.ts';

/** An address space in figures. */
export interface Space {
  readonly mappings: number;
  readonly mapped: bigint;
  readonly sparse: bigint;
  readonly gaps: number;
  readonly largest: bigint;
  readonly wx: number;
  readonly noAccess: number;
  readonly headroom: number;
}

/** The address space up to an end, from /proc/PID/maps. If nothing is mapped at 0, that page is a trap, not a gap. */
export function kernelSpace(pid: number, end: bigint): Space {
  const rows = kernelRows(pid);
  const below = rows.filter((row) => row.start < end);
  const edges = [below[0]?.start === 0n ? 0n : 4096n, ...below.flatMap((row) => [row.start, row.end]), end];
  const gaps = edges.flatMap((edge, i) => (i % 2 === 1 && edge > (edges[i - 1] ?? 0n) ? [edge - (edges[i - 1] ?? 0n)] : []));
  const mapped = below.reduce((sum, row) => sum + row.end - row.start, 0n);
  return {
    mappings: rows.length,
    mapped,
    sparse: gaps.reduce((sum, size) => sum + size, 0n),
    gaps: gaps.length,
    largest: gaps.reduce((most, size) => (size > most ? size : most), 0n),
    wx: rows.filter(({ perms }) => perms[1] === 'w' && perms[2] === 'x').length,
    noAccess: rows.filter(({ perms }) => perms.startsWith('---')).length,
    headroom: Number(readFileSync('/proc/sys/vm/max_map_count', 'latin1')) - rows.filter(({ name }) => name !== '[vsyscall]').length,
  };
}
