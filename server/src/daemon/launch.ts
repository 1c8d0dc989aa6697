import { join, resolve } from 'node:path';

/** What to run and with what arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** Where the scripts of the children are, and what they may read. */
export interface Entries {
  readonly reader: string;
  readonly web: string;
  /** Folders that the web process may read files of. */
  readonly webReads: readonly string[];
}

/**
 * Of the reader when root starts it: systemd documents 65520 to 65533 as used by nobody (UIDS-GIDS.md). Not 65534: `nobody` owns
 * what other software left to it, the web process among that.
 */
export const READER_UID = 65_533;

/** Enough to read any process's maps, files in closed folders, kernel addresses. Never ptrace itself: the reader has no code for it. */
const READER_CAPS = '-all,+sys_ptrace,+dac_read_search,+syslog';

/** In a build: everything lies beside the main script. */
export function builtEntries(dist: string): Entries {
  const webDist = join(dist, '..', '..', 'web', 'dist');
  return { reader: join(dist, 'reader.js'), web: join(dist, 'web.js'), webReads: [dist, webDist, '/proc/self/status'] };
}

/** setpriv(1) of util-linux, which no Linux is without: no way back to more rights through a setuid program, and no child that outlives its parent (but one that drops root itself, which the kernel forgets it for: the web process ends with its channel). */
const SETPRIV = ['--no-new-privs', '--pdeathsig=KILL'];

/**
 * For --expose-gc see reader/garbage.ts. V8 doubles the room for young objects now and then, in the first half hour of use, and keeps most of it when it needs less: 40 MiB in the end. These are
 * all that the reader needs. Also in systemd/procmap-reader.service.
 */
const READER_HEAP = ['--expose-gc', '--max-semi-space-size=4'];

/**
 * The reader as root starts it keeps three capabilities and nothing else of root. They are ambient ones, so that they survive the exec of node; with
 * CAP_DAC_READ_SEARCH among them it also finds its script in a checkout below a closed (0700) home.
 */
export function readerCommand(entries: Entries, root: boolean, avoid: readonly number[]): Command {
  const script = [process.execPath, ...READER_HEAP, entries.reader, `--avoid=${avoid.join(',')}`];
  if (!root) return { program: 'setpriv', args: [...SETPRIV, ...script] };
  const rights = [
    `--reuid=${READER_UID}`,
    `--regid=${READER_UID}`,
    '--clear-groups',
    `--bounding-set=${READER_CAPS}`,
    `--inh-caps=${READER_CAPS}`,
    `--ambient-caps=${READER_CAPS}`,
  ];
  // It is not root, and so gets what only root may open (root-files.ts).
  return { program: 'setpriv', args: [...SETPRIV, ...rights, ...script, `--confined=${READER_UID}`, '--root-files'] };
}

/** Started as root, with --expose-gc for reader/garbage.ts, it drops to an unprivileged user by itself, once its own code is loaded and before that of any package runs. */
export function webCommand(entries: Entries): Command {
  const reads = entries.webReads.map((path) => `--allow-fs-read=${path}`);
  return { program: 'setpriv', args: [...SETPRIV, process.execPath, '--permission', '--expose-gc', ...reads, entries.web] };
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
