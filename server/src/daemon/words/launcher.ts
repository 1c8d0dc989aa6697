import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Commands } from '../../common/commands.ts';
import { DEFAULT_PORT } from '../../common/defaults.ts';

/** Who calls procmap: whether as root, and whether by sudo. */
export interface Caller {
  readonly root: boolean;
  readonly sudo: boolean;
  /** PATH; by sudo it is mostly sudo's own (secure_path), which is where `sudo procmap` is looked for. */
  readonly path: string;
}

/** On the PATH of everybody, and in every secure_path. */
const EVERYWHERE = '/usr/bin:/bin';

/** Where a daemon listens, and by which other options it was started (serveWords()). `port` 0: not known yet. */
interface Place {
  readonly port: number;
  readonly socket: string | null;
  readonly words?: readonly string[];
}

/** The same of the daemon that is there: where several run, `open` without a port would ask which. */
export function commandsOfDaemon(dist: string, place: Place, caller: Caller): Commands {
  const commands = commandsOf(dist, place, caller);
  if (place.socket !== null || place.port !== DEFAULT_PORT) return commands;
  const port = ` --port=${DEFAULT_PORT}`;
  return { ...commands, open: commands.open + port, sudoOpen: commands.sudoOpen === null ? null : commands.sudoOpen + port };
}

/** The command lines by which a daemon at that port or socket file is reached and started: typed anywhere, they run this procmap. The usual port is not named. */
export function commandsOf(dist: string, { port, socket, words = [] }: Place, caller: Caller): Commands {
  const which = socket !== null ? ` --socket=${quote(socket)}` : port === DEFAULT_PORT ? '' : ` --port=${port}`;
  const own = `${caller.sudo ? 'sudo ' : ''}${launcher(dist, caller.path)}`;
  const bySudo = `sudo ${launcher(dist, caller.sudo ? caller.path : EVERYWHERE)}`;
  const open = ` open${socket === null && port === 0 ? '' : which}`;
  return { open: own + open, sudoOpen: caller.root ? bySudo + open : null, serve: [`${own} serve${which}`, ...words.map(quote)].join(' ') };
}

/** As a user without root has to call root's daemon, or root's daemon to be started. */
export function bySudo(caller: Caller): Caller {
  return { root: true, sudo: true, path: caller.root ? caller.path : EVERYWHERE };
}

/** `procmap` where that word runs this one, else its full path, for a shell. `dist`: the folder of the built scripts. */
export function launcher(dist: string, path: string): string {
  const root = join(dist, '..', '..');
  const inCheckout = join(root, 'node_modules', '.bin', 'procmap');
  const own = join(root, 'server', 'bin', 'procmap');
  return isFoundOn(path, root, own) ? 'procmap' : quote(existsSync(inCheckout) ? inCheckout : own);
}

/** Folders of the checkout itself do not count: `make` puts them on the PATH of what it runs. */
function isFoundOn(path: string, root: string, own: string): boolean {
  const folders = path.split(':').filter((folder) => isAbsolute(folder) && !`${join(folder)}/`.startsWith(`${root}/`));
  const [first] = folders.map((folder) => join(folder, 'procmap')).filter((file) => existsSync(file));
  try {
    return first !== undefined && realpathSync(first) === realpathSync(own);
  } catch {
    return false;
  }
}

/** What a terminal would not show as it is. */
const HIDDEN = /[\p{C}\u2028\u2029]/u;

/** As one word of a shell, by quotes where it needs them. */
export function quote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!HIDDEN.test(word)) return `'${word.replaceAll("'", String.raw`'\''`)}'`;
  const bytes = Buffer.from(word).toString('latin1');
  return `$'${bytes.replace(/[^\x20-\x7e]|['\\]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)}'`;
}
