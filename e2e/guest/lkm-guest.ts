import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT } from './image/cache.ts';
import { runAlone } from './guest.ts';
import { type Guest, kernelOf } from './guests.ts';
import { buildModule, type BuiltModule } from './lkm-build.ts';
import { GuestReport } from './lkm-report.ts';

const SCRIPT = join(import.meta.dirname, 'in-guest', 'lkm-in-guest.sh');
/** Seen: 25 to 60 s, and three times as long beside other tests on two cores. */
const TIME_LIMIT_MS = 700_000;

export interface ModuleInGuest {
  readonly module: BuiltModule;
  readonly report: GuestReport;
}

const builds = new Map<string, Promise<BuiltModule>>();

/**
 * Builds the module with all warnings, boots a guest, and runs lkm-in-guest.sh there. Keeps its output in
 * .cache/guest/dumps.
 */
export async function runModule(guest: Guest, task: 'look' | 'all', thousandReads = 1): Promise<ModuleInGuest> {
  const kernel = await kernelOf(guest);
  const sparse = kernel.lists === 'amd64' && spawnSync('sparse', ['--version']).error === undefined ? ['C=2'] : [];
  const build = builds.get(kernel.release) ?? buildModule(kernel, 'W=1', ...sparse);
  builds.set(kernel.release, build);
  const module = await build;
  const files = { 'lkm-in-guest.sh': SCRIPT, 'procmap.ko': module.path };
  const { cpu, parameters, memoryMib } = guest;
  // Faults of a module show when two processors are in it at the same time.
  const options = { kernel, cpu, parameters, memoryMib, processors: 2, timeLimitMs: TIME_LIMIT_MS };
  const { status, stdout, stderr } = await runAlone(['sh', '/out/lkm-in-guest.sh', '/out/procmap.ko', task, String(thousandReads)], files, options);
  if (status !== 0) throw new Error(`${SCRIPT} failed in the guest: ${stderr}`);
  const report = new GuestReport(stdout, kernel.arch.bits);
  keep(guest.name, report);
  return { module, report };
}

/**
 * Saves each section as a file, for closer inspection or for writing code against it. An empty one could not be read.
 */
function keep(name: string, { sections }: GuestReport): void {
  const folder = join(BUILT, 'dumps', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [section, text] of sections) writeFileSync(join(folder, section), section === 'kcore' ? Buffer.from(text, 'base64') : text);
}
