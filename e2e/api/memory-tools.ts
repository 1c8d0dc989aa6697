import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Statistics } from '@procmap/shared/figures/statistics.ts';
import { run } from '../daemon.ts';

/** ps(1) and smem(8), as they print the figures of one process. */

/** A tool's output about one process: a line of figures, the pid first. */
async function figures(pid: number, command: readonly string[]): Promise<string[]> {
  const { status, stdout, stderr } = await run(command, { LC_ALL: 'C' });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  const row = rows.find(([first]) => first === String(pid));
  if (row === undefined) throw new Error(`${command.join(' ')} has no line of ${pid}: ${stdout}`);
  return row.slice(1);
}

export interface Ps {
  readonly vsz_kb: number;
  readonly rss_kb: number;
  /** As it is printed. */
  readonly mem_percent: string;
}

export async function ps(pid: number): Promise<Ps> {
  const [vsz, rss, mem_percent = ''] = await figures(pid, ['ps', '-o', 'pid,vsz,rss,pmem', '-p', String(pid)]);
  return { vsz_kb: Number(vsz), rss_kb: Number(rss), mem_percent };
}

export type Smem = NonNullable<Statistics['smem']>;

/** Figures by smem, of the running system or of saved files in a folder. */
export async function smem(pid: number, ...source: string[]): Promise<Smem> {
  // smem reads the smaps of every process that it may show, so restrict it to processes with this name.
  const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0')[0] ?? '';
  const filter = `^${command.replaceAll(/[^\w/]/g, '.')}`;
  const [swap, uss, pss, rss] = await figures(pid, ['smem', '-H', '-c', 'pid swap uss pss rss', '-P', filter, ...source]);
  return { swap_kb: Number(swap), uss_kb: Number(uss), pss_kb: Number(pss), rss_kb: Number(rss) };
}

/**
 * Saves the files that smem reads about a process, to be read later, without starting a process meanwhile. Returns the
 * folder.
 */
export function keepForSmem(pid: number, folder: string): string {
  const kept = mkdtempSync(join(folder, 'proc-'));
  mkdirSync(join(kept, 'proc', String(pid)), { recursive: true });
  for (const file of [`${pid}/smaps`, `${pid}/cmdline`, `${pid}/stat`, 'meminfo', 'version'])
    writeFileSync(join(kept, 'proc', file), readFileSync(`/proc/${file}`));
  return kept;
}
