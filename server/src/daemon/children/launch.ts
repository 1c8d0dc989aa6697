import { join, resolve } from 'node:path';
import type { ReaderPlan, WebPlan } from '../rights/confinement-plan.ts';

/** What to run and with what arguments. */
export interface ChildCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** Where the scripts of the children are, and what they may read. */
export interface ChildScripts {
  readonly reader: string;
  readonly files: string;
  readonly web: string;
  /** The folder of the page’s files. */
  readonly page: string;
  /** What else the web process may read, with all that is in it. */
  readonly webReads: readonly string[];
}

/** In a build: everything lies beside the main script, and the page where it was built. */
export function builtEntries(dist: string): ChildScripts {
  const scripts = { reader: join(dist, 'reader.js'), files: join(dist, 'files.js'), web: join(dist, 'web.js') };
  return { ...scripts, page: join(dist, '..', '..', 'web', 'dist'), webReads: [dist, '/proc/self/status'] };
}

/** setpriv(1) of util-linux, which no Linux is without: no way back to more rights through a setuid program, and no child that outlives its parent (but one that drops root itself, which the kernel forgets it for: the web process ends with its channel). */
const SETPRIV = ['--no-new-privs', '--pdeathsig=KILL'];

/** SIGUSR1 would open the inspector, by which any program of this machine could run code in them. Also in bin/procmap and systemd/*.service. */
const NODE = [process.execPath, '--disable-sigusr1'];

/**
 * For --expose-gc see reader/garbage.ts. V8 doubles the room for young objects now and then, in the first half hour of use, and keeps most of it when it needs less: 40 MiB in the end. These are
 * all that the reader needs. Also in systemd/procmap-reader.service.
 */
const READER_HEAP = ['--expose-gc', '--max-semi-space-size=4'];

/**
 * The reader as root starts it keeps three capabilities and nothing else of root. They are ambient ones, so that they survive the exec of node; with
 * CAP_DAC_READ_SEARCH among them it also finds its script in a checkout below a closed (0700) home. Where root has less, and without root, see confinement-plan.ts.
 */
export function readerCommand(entries: ChildScripts, plan: ReaderPlan, root: boolean): ChildCommand {
  // It may not open what only root may, and so gets that of root (root-files.ts).
  return confinedCommand(entries.reader, plan, root ? ['--root-files'] : []);
}

/** `files` has the rights of the reader: it opens what processes run. */
export function filesCommand(entries: ChildScripts, plan: ReaderPlan): ChildCommand {
  return confinedCommand(entries.files, plan, []);
}

function confinedCommand(script: string, plan: ReaderPlan, more: readonly string[]): ChildCommand {
  const confined = plan.capabilities === null ? [] : [`--confined=${plan.uid ?? 'own'}`, ...(plan.bounded ? [] : ['--unbounded'])];
  return { program: 'setpriv', args: [...SETPRIV, ...readerRights(plan), ...NODE, ...READER_HEAP, script, ...confined, ...more] };
}

/** Options of setpriv(1) that leave just that. */
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

/** That sees whether a reader with these rights could open all that it is made of: its folders may be closed to it. */
export function readerProbe(entries: ChildScripts, plan: ReaderPlan, files: readonly string[]): ChildCommand {
  const look = 'for file; do [ -r "$file" ] || exit 1; done; [ -x "$1" ]';
  return { program: 'setpriv', args: [...SETPRIV, ...readerRights(plan), 'sh', '-c', look, 'sh', process.execPath, entries.reader, entries.files, ...files] };
}

/** No capability, and none to be had by starting a program. */
const NO_CAPABILITY = ['--inh-caps=-all', '--ambient-caps=-all'];

/**
 * Started as root, with --expose-gc for reader/garbage.ts, it drops to an unprivileged user by itself, once its own code is loaded and before that of any package runs. Where
 * it cannot, it has no capability from the start.
 */
export function webCommand(entries: ChildScripts, plan: WebPlan): ChildCommand {
  const reads = [...entries.webReads, entries.page].map((path) => `--allow-fs-read=${path}`);
  const rights = plan === 'user' ? [] : plan === 'bound' ? ['--bounding-set=-all', ...NO_CAPABILITY] : NO_CAPABILITY;
  return { program: 'setpriv', args: [...SETPRIV, ...rights, ...NODE, '--permission', '--expose-gc', ...reads, entries.web] };
}

/**
 * malloc(3) of glibc makes room for what is larger than this in mappings of its own, and gives them back. Without this it raises the limit by itself, takes maps and frames of
 * megabytes from its heap, and that has holes that grow for hours. Also in systemd/*.service.
 */
const MALLOC = { MALLOC_MMAP_THRESHOLD_: String(128 * 1024) };

/** Of the daemon's own environment the children get only what they need: no NODE_OPTIONS, no secrets. */
export function childEnvironment(): Record<string, string> {
  const roots = ['PROCMAP_PROC', 'PROCMAP_DEBUGFS'].flatMap((name) => {
    const root = process.env[name];
    return root === undefined ? [] : [[name, resolve(root)] as const];
  });
  return { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...MALLOC, ...Object.fromEntries(roots) };
}
