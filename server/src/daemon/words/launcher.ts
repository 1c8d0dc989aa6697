import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Commands } from '../../common/commands.ts';
import { DEFAULT_PORT } from '../../common/defaults.ts';

/** How procmap was called: as root or not, with or without sudo. */
export interface Caller {
  readonly root: boolean;
  readonly sudo: boolean;
  /** PATH. Under sudo this is usually sudo's own (secure_path), in which `sudo procmap` is searched. */
  readonly path: string;
}

/** Folders that are on everybody's PATH and in every secure_path. */
const EVERYWHERE = '/usr/bin:/bin';

/** Where a daemon listens, and its other options (serveWords()). `port` 0: not known yet. */
interface Place {
  readonly port: number;
  readonly socket: string | null;
  readonly words?: readonly string[];
}

/**
 * commandsOf() for the running daemon. Always names the port: without one, `open` asks which daemon is meant if several
 * run.
 */
export function commandsOfDaemon(dist: string, place: Place, caller: Caller): Commands {
  const commands = commandsOf(dist, place, caller);
  if (place.socket !== null || place.port !== DEFAULT_PORT) return commands;
  const port = ` --port=${DEFAULT_PORT}`;
  return { ...commands, open: commands.open + port, sudoOpen: commands.sudoOpen === null ? null : commands.sudoOpen + port };
}

/**
 * Command lines that start a daemon at this port or Unix socket, or ask it for a link. They run this procmap from any
 * folder. The default port is left out.
 */
export function commandsOf(dist: string, { port, socket, words = [] }: Place, caller: Caller): Commands {
  const which = socket !== null ? ` --socket=${quote(socket)}` : port === DEFAULT_PORT ? '' : ` --port=${port}`;
  const own = `${caller.sudo ? 'sudo ' : ''}${launcher(dist, caller.path)}`;
  const bySudo = `sudo ${launcher(dist, caller.sudo ? caller.path : EVERYWHERE)}`;
  const open = ` open${socket === null && port === 0 ? '' : which}`;
  return { open: own + open, sudoOpen: caller.root ? bySudo + open : null, serve: [`${own} serve${which}`, ...words.map(quote)].join(' ') };
}

/** The caller as it would be under sudo: for a user without root who needs root's daemon. */
export function bySudo(caller: Caller): Caller {
  return { root: true, sudo: true, path: caller.root ? caller.path : EVERYWHERE };
}

/**
 * `procmap` if the PATH leads to this one, else its full path, quoted for a shell. `dist`: the folder of the built
 * scripts.
 */
export function launcher(dist: string, path: string): string {
  const root = join(dist, '..', '..');
  const inCheckout = join(root, 'node_modules', '.bin', 'procmap');
  const own = join(root, 'server', 'bin', 'procmap');
  return isFoundOn(path, root, own) ? 'procmap' : quote(existsSync(inCheckout) ? inCheckout : own);
}

/** Ignores folders of the checkout itself: `make` puts them on the PATH of the programs it runs. */
function isFoundOn(path: string, root: string, own: string): boolean {
  const folders = path.split(':').filter((folder) => isAbsolute(folder) && !`${join(folder)}/`.startsWith(`${root}/`));
  const [first] = folders.map((folder) => join(folder, 'procmap')).filter((file) => existsSync(file));
  try {
    return first !== undefined && realpathSync(first) === realpathSync(own);
  } catch {
    return false;
  }
}

/** Characters that a terminal does not show as they are. */
const HIDDEN = /[\p{C}\u2028\u2029]/u;

/** Makes one shell word, with quotes if needed. */
export function quote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!HIDDEN.test(word)) return `'${word.replaceAll("'", String.raw`'\''`)}'`;
  const bytes = Buffer.from(word).toString('latin1');
  return `$'${bytes.replace(/[^\x20-\x7e]|['\\]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)}'`;
}
