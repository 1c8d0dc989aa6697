import { join, resolve } from 'node:path';
import type { ReaderPlan, WebPlan } from '../rights/confinement-plan.ts';

/** A program and its arguments. */
export interface ChildCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** Scripts of the child processes, and files they may read. */
export interface ChildScripts {
  readonly reader: string;
  readonly files: string;
  readonly web: string;
  /** Folder of the page's files. */
  readonly page: string;
  /** Other files and folders that the web process may read (folders with all their contents). */
  readonly webReads: readonly string[];
}

/** The layout of a build: all scripts beside the main one, and the page in its own build folder. */
export function builtEntries(dist: string): ChildScripts {
  const scripts = { reader: join(dist, 'reader.js'), files: join(dist, 'files.js'), web: join(dist, 'web.js') };
  return { ...scripts, page: join(dist, '..', '..', 'web', 'dist'), webReads: [dist, '/proc/self/status'] };
}

/**
 * setpriv(1) is part of util-linux, which every Linux has. These options prevent gaining rights through a setuid
 * program, and end the child with its parent. The kernel forgets the latter for a child that drops root itself; so the
 * web process ends when its channel closes.
 */
const SETPRIV = ['--no-new-privs', '--pdeathsig=KILL'];

/**
 * SIGUSR1 would open the inspector, through which any program on this machine could run code in the child. Also in
 * bin/procmap and systemd/*.service.
 */
const NODE = [process.execPath, '--disable-sigusr1'];

/**
 * For --expose-gc see common/garbage.ts. V8 doubles the space for young objects several times in the first half hour of
 * use, and keeps most of it (40 MiB in the end) even when it needs less. The reader needs no more than this. Also in
 * systemd/procmap-reader.service.
 */
const READER_HEAP = ['--expose-gc', '--max-semi-space-size=4'];

/**
 * A reader that root starts keeps three capabilities and no other right of root. They are ambient, so that they survive
 * the exec of node. CAP_DAC_READ_SEARCH among them lets it find its script in a checkout below a closed (0700) home.
 * For fewer rights than root's see confinement-plan.ts.
 */
export function readerCommand(entries: ChildScripts, plan: ReaderPlan, root: boolean): ChildCommand {
  // This reader may not open files that only root may, so root's daemon hands them over (root-files.ts).
  return confinedCommand(entries.reader, plan, root ? ['--root-files'] : []);
}

/** The files process has the same rights as the reader, since it opens files of other processes. */
export function filesCommand(entries: ChildScripts, plan: ReaderPlan): ChildCommand {
  return confinedCommand(entries.files, plan, []);
}

function confinedCommand(script: string, plan: ReaderPlan, more: readonly string[]): ChildCommand {
  const confined = plan.capabilities === null ? [] : [`--confined=${plan.uid ?? 'own'}`, ...(plan.bounded ? [] : ['--unbounded'])];
  return { program: 'setpriv', args: [...SETPRIV, ...readerRights(plan), ...NODE, ...READER_HEAP, script, ...confined, ...more] };
}

/** Options of setpriv(1) that leave exactly these rights. */
function readerRights({ uid, capabilities, bounded }: ReaderPlan): string[] {
  if (capabilities === null) return [];
  const set = ['-all', ...capabilities.map((name) => `+${name.replace('CAP_', '').toLowerCase()}`)].join(',');
  return [
    ...(uid === null ? [] : [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']),
    ...(bounded ? [`--bounding-set=${set}`] : []),
    `--inh-caps=${set}`,
    `--ambient-caps=${set}`,
  ];
}

/** A command that tests if a reader with these rights can open its own files. Their folders may be closed to it. */
export function readerProbe(entries: ChildScripts, plan: ReaderPlan, files: readonly string[]): ChildCommand {
  const look = 'for file; do [ -r "$file" ] || exit 1; done; [ -x "$1" ]';
  return { program: 'setpriv', args: [...SETPRIV, ...readerRights(plan), 'sh', '-c', look, 'sh', process.execPath, entries.reader, entries.files, ...files] };
}

/** No capabilities, and no way to get some by starting a program. */
const NO_CAPABILITY = ['--inh-caps=-all', '--ambient-caps=-all'];

/**
 * If it starts as root, the web process drops to an unprivileged user itself, after its own code is loaded and before
 * any package code runs. If it cannot change its user, it starts without capabilities. For --expose-gc see
 * common/garbage.ts.
 */
export function webCommand(entries: ChildScripts, plan: WebPlan): ChildCommand {
  const reads = [...entries.webReads, entries.page].map((path) => `--allow-fs-read=${path}`);
  const rights = plan === 'user' ? [] : plan === 'bound' ? ['--bounding-set=-all', ...NO_CAPABILITY] : NO_CAPABILITY;
  return { program: 'setpriv', args: [...SETPRIV, ...rights, ...NODE, '--permission', '--expose-gc', ...reads, entries.web] };
}

/**
 * Above this size, malloc(3) of glibc uses separate mappings and returns them to the kernel. Left alone, glibc raises
 * the limit and takes maps and frames of megabytes from its heap, whose fragmentation then grows for hours. Also in
 * systemd/*.service.
 */
const MALLOC = { MALLOC_MMAP_THRESHOLD_: String(128 * 1024) };

/** Children only get the part of the daemon's environment that they need: no NODE_OPTIONS, no secrets. */
export function childEnvironment(): Record<string, string> {
  const roots = ['PROCMAP_PROC', 'PROCMAP_DEBUGFS'].flatMap((name) => {
    const root = process.env[name];
    return root === undefined ? [] : [[name, resolve(root)] as const];
  });
  return { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...MALLOC, ...Object.fromEntries(roots) };
}
