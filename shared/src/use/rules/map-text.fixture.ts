import { Kind } from '../../kind.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '../../perms.ts';
import type { MappingTable } from '../../region.ts';
import { ANON_LINE, type Line, tableOf } from '../../table.fixture.ts';
import type { UseEvidence } from '../evidence.ts';
import { flagBits } from '../flag-bits.ts';
import { identify } from './identify.ts';
import type { UseFacts, Uses } from '../uses.ts';

/**
 * A map from lines as in /proc/PID/maps, without offset, device and inode, with VmFlags behind a semicolon:
 * `7f00000000-7f00021000 rw-p [heap] ; nr nh`. A path is text if
 * it is executable, and data if not.
 */
export function mapOf(text: string, more: Partial<UseEvidence> = {}): { readonly table: MappingTable; readonly evidence: UseEvidence } {
  const rows = text
    .trim()
    .split('\n')
    .map((line) => lineOf(line.trim()));
  const flags = Uint32Array.from(rows, (row) => flagBits(row.flags));
  return { table: tableOf(rows.map(({ line }) => line)), evidence: { flags, threads: null, objects: null, commandLine: '', ...more } };
}

/** The uses of such a map. */
export function usesOf(text: string, more: Partial<UseEvidence> = {}): Uses {
  const { table, evidence } = mapOf(text, more);
  return identify(table, evidence);
}

/** The facts of each row. */
export function factsOf(text: string, more: Partial<UseEvidence> = {}): UseFacts[] {
  const uses = usesOf(text, more);
  return Array.from({ length: uses.table.length }, (_, row) => uses.facts(row));
}

/** The machine words alone; '-' without a use. */
export function wordsOf(text: string, more: Partial<UseEvidence> = {}): string[] {
  return factsOf(text, more).map(({ use }) => use ?? '-');
}

function lineOf(text: string): { readonly line: Line; readonly flags: string } {
  const [map = '', flags = ''] = text.split(' ; ');
  const [, start = '', end = '', perms = '', name = ''] = /^([0-9a-f]+)-([0-9a-f]+) (\S{4})(?: (.*))?$/.exec(map.trim()) ?? [];
  if (perms === '') throw new Error(`not a line of a map: ${text}`);
  const bits = [PERM_READ, PERM_WRITE, PERM_EXEC, PERM_SHARED].reduce((sum, bit, at) => ('rwxs'[at] === perms[at] ? sum | bit : sum), 0);
  const isFile = name.startsWith('/');
  return {
    line: {
      ...ANON_LINE,
      start: Number.parseInt(start, 16) / 4096,
      end: Number.parseInt(end, 16) / 4096,
      perms: bits,
      kind: kindOf(name, bits),
      inodeLow: isFile ? name.length : 0,
      device: isFile ? 1 : 0,
      name,
    },
    flags: flags.trim(),
  };
}

const KINDS: Readonly<Record<string, number>> = { '[heap]': Kind.heap, '[stack]': Kind.stack, '[vdso]': Kind.vdso, '[vvar]': Kind.vvar };

function kindOf(name: string, perms: number): number {
  if (/^\/(memfd:|SYSV|dev\/(zero|shm\/)|secretmem)|^\[anon_shmem:/.test(name)) return Kind.shmem;
  if (/^anon_inode:|^socket:|^\/\[aio\]|^\/dmabuf:|^\/(dev\/(nvidia|kfd|dri\/)|nvidia0)/.test(name)) return Kind.device;
  if (name.startsWith('/anon_hugepage')) return Kind.anon;
  if (name.startsWith('/')) return (perms & PERM_EXEC) !== 0 ? Kind.text : Kind.data;
  return KINDS[name] ?? Kind.anon;
}
