import { DEFAULT_PORT } from '../common/defaults.ts';
import type { OpenOptions } from '../options.ts';
import { Fault } from '../common/fault.ts';
import { writeOut } from '../common/stdout.ts';
import { askLink, controlFolders, controlName, controlNames, folderFault, isServed } from './control-socket.ts';
import { becomeUser } from '../common/as-user.ts';
import { bySudo, type Caller, commandsOf } from './words/launcher.ts';
import { rootServes } from './words/port-holder.ts';
import { sudoUid } from './rights/trusted-path.ts';

/** A daemon's control socket. */
interface Door {
  readonly folder: string;
  readonly name: string;
}

/**
 * Prints a new one-time link to the running daemon. With sudo, the link is for the programs of the user who ran sudo.
 * `dist`: the folder of the built scripts.
 */
export async function open({ port, socket }: OpenOptions, dist: string): Promise<void> {
  const caller: Caller = { root: process.geteuid?.() === 0, sudo: sudoUid() !== null, path: process.env['PATH'] ?? '' };
  const commands = commandsOf(dist, { port: port ?? DEFAULT_PORT, socket }, caller);
  const wanted = port === null && socket === null ? null : controlName(port ?? 0, socket);
  let asker = sudoUid();
  let { doors, distrusted } = await doorsOf(process.geteuid?.() ?? 0, wanted);
  if (doors.length === 0 && distrusted === null && asker !== null) {
    // sudo, but the daemon belongs to the user who ran it. That user's folders are read with no more rights than the
    // user has.
    becomeUser(asker);
    ({ doors, distrusted } = await doorsOf(asker, wanted));
    asker = null;
  }
  // A link gives access, so ask for one only if it is certain which daemon is meant.
  if (doors.length > 1)
    throw new Fault(
      several(
        doors.map(({ name }) => name),
        commands.open.replace(/ --(port|socket)=.*/, ''),
      ),
    );
  const [door] = doors;
  const link = door === undefined ? null : await askLink(door.folder, door.name, asker);
  if (link !== null) await writeOut([`${link}\n`]);
  else if (!caller.root && socket === null && (await rootServes(port, DEFAULT_PORT)))
    throw new Fault(`root's procmap is running; for a link of it run: ${commandsOf(dist, { port: port ?? DEFAULT_PORT, socket }, bySudo(caller)).open}`);
  else if (distrusted !== null) throw new Fault(distrusted);
  else throw new Fault(`no daemon is running${socket !== null ? ` at ${socket}` : port !== null ? ` at port ${port}` : ''}; start one with: ${commands.serve}`);
}

/** The daemons found in a user's folders. */
interface Found {
  /** Control sockets with a listening daemon, from the first folder that has any. */
  readonly doors: readonly Door[];
  /** The first untrusted folder: the reason, and the remedy. */
  readonly distrusted: string | null;
}

async function doorsOf(uid: number, wanted: string | null): Promise<Found> {
  let distrusted: string | null = null;
  for (const folder of controlFolders(uid)) {
    const fault = folderFault(folder);
    if (fault === 'is missing') continue;
    if (fault !== null) {
      const remedy =
        fault === 'belongs to somebody else'
          ? 'root or its owner has to remove it; until then set XDG_RUNTIME_DIR to a folder of your own, and start the daemon there'
          : 'remove it and start the daemon again';
      distrusted ??= `${folder} ${fault}, so links from it cannot be trusted; ${remedy}`;
      continue;
    }
    const names: string[] = [];
    for (const name of controlNames(folder)) if ((wanted === null || name === wanted) && (await isServed(folder, name))) names.push(name);
    if (names.length > 0) return { doors: names.map((name) => ({ folder, name })), distrusted };
  }
  return { doors: [], distrusted };
}

function several(names: readonly string[], command: string): string {
  const ports = names.map(Number).filter((port) => port >= 0);
  const others = names.length - ports.length;
  const at = [...(ports.length > 0 ? [`at the ports ${ports.toSorted((a, b) => a - b).join(', ')}`] : []), ...(others > 0 ? [`at ${others} sockets`] : [])];
  return `daemons are running ${at.join(' and ')}; choose one with: ${command} --port=N${others > 0 ? ' or --socket=PATH' : ''}`;
}
