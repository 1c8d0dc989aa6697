import { readdirSync, readFileSync } from 'node:fs';
import { PAGE_SIZE } from '@procmap/shared/page.ts';
import { buildTable, type MappingTable } from '@procmap/shared/region.ts';
import { escapeText } from '@procmap/shared/text/escape.ts';
import type { ThreadEvidence, UseEvidence } from '@procmap/shared/use/evidence.ts';
import { flagBits, FLAGS_UNKNOWN } from '@procmap/shared/use/flag-bits.ts';
import { identify } from '@procmap/shared/use/rules/identify.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import { fileSystemsOf } from '../../server/src/reader/procfs/maps/file-systems.ts';
import { parseMaps, SLACK_BYTES } from '../../server/src/reader/procfs/maps/parse-maps.ts';
import { objectsOf } from './objects.ts';

/** A process, and what its memory is for. */
export interface LookedAt {
  readonly pid: number;
  readonly table: MappingTable;
  readonly evidence: UseEvidence;
  /** In KiB, of each row, hugetlb included. */
  readonly inMemoryKb: Float64Array;
  readonly uses: Uses;
}

/** Reads all evidence of a living process that holds still, and applies the rules. Nothing is stopped. */
export function lookAt(pid: number): LookedAt {
  const text = readFileSync(`/proc/${pid}/smaps`, 'latin1');
  const rows = text.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m).filter((row) => row !== '');
  const table = tableOf(pid, rows.map((row) => row.slice(0, row.indexOf('\n') + 1)).join(''));
  if (table.length !== rows.length) throw new Error(`/proc/${pid}/smaps changed while it was read`);
  const flags = Uint32Array.from(rows, (row) => flagBits(/^VmFlags: *(.*?) *$/m.exec(row)?.[1] ?? '') || FLAGS_UNKNOWN);
  const commandLine = escapeText(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim());
  const evidence: UseEvidence = { flags, threads: threadsOf(pid), objects: objectsOf(pid, table), commandLine };
  const inMemoryKb = Float64Array.from(rows, (row) => kbOf(row, 'Rss') + kbOf(row, 'Private_Hugetlb') + kbOf(row, 'Shared_Hugetlb'));
  return { pid, table, evidence, inMemoryKb, uses: identify(table, evidence) };
}

function tableOf(pid: number, maps: string): MappingTable {
  const parsed = parseMaps(
    Buffer.from(maps + ' '.repeat(SLACK_BYTES), 'latin1'),
    maps.length,
    fileSystemsOf(() => readFileSync(`/proc/${pid}/mountinfo`, 'latin1')),
  );
  if (!('table' in parsed)) throw new Error(`/proc/${pid}/smaps is malformed`);
  const { table } = parsed;
  return buildTable(table.length, table.names, (column) => table[column].slice(0, table.length));
}

function kbOf(row: string, label: string): number {
  return Number(new RegExp(`^${label}: *([0-9]+) kB$`, 'm').exec(row)?.[1] ?? 0);
}

/** Those that run are asked again, as long as a few looks last. */
function threadsOf(pid: number): ThreadEvidence {
  const threads = readdirSync(`/proc/${pid}/task`).map((tid) => {
    const words = readFileSync(`/proc/${pid}/task/${tid}/syscall`, 'latin1').trim().split(' ');
    const pointer = words.length < 2 ? null : BigInt(words.at(-2) ?? 0);
    const comm = escapeText(readFileSync(`/proc/${pid}/task/${tid}/comm`, 'utf8').trimEnd());
    return { tid: Number(tid), comm, stackPage: pointer === null ? null : Number(pointer / BigInt(PAGE_SIZE)) };
  });
  return { threads, guards: [], left: 0, denied: '' };
}
