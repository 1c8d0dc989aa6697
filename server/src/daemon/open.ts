import type { OpenOptions } from '../options.ts';
import { Fault } from '../fault.ts';
import { writeOut } from '../stdout.ts';
import { askLink, controlFolder, isServed, controlName, controlNames, folderFault } from './control-socket.ts';
import { sudoUid } from './trusted-path.ts';

const NONE = 'no daemon is running; start one with: procmap serve';

/** Prints a fresh one-time link of the running daemon: by sudo, for the programs of who called sudo. */
export async function open({ port, socket }: OpenOptions): Promise<void> {
  const folder = controlFolder();
  const wanted = port === null && socket === null ? null : controlName(port ?? 0, socket);
  const running: string[] = [];
  for (const name of namesIn(folder)) if ((wanted === null || name === wanted) && (await isServed(folder, name))) running.push(name);
  // A link lets its user in: it is asked for where that is wanted, and nowhere else.
  if (running.length > 1) throw new Fault(several(running));
  const [name] = running;
  const link = name === undefined ? null : await askLink(folder, name, sudoUid());
  if (link === null)
    throw new Fault(socket !== null ? noneAt(`at ${socket}`, `socket=${socket}`) : port !== null ? noneAt(`at port ${port}`, `port=${port}`) : NONE);
  await writeOut([`${link}\n`]);
}

function noneAt(where: string, option: string): string {
  return `no daemon is running ${where}; start one with: procmap serve --${option}`;
}

function several(names: readonly string[]): string {
  const ports = names.map(Number).filter((port) => port >= 0);
  const others = names.length - ports.length;
  const at = [...(ports.length > 0 ? [`at the ports ${ports.toSorted((a, b) => a - b).join(', ')}`] : []), ...(others > 0 ? [`at ${others} sockets`] : [])];
  return `daemons are running ${at.join(' and ')}; choose one with: procmap open --port=N${others > 0 ? ' or --socket=PATH' : ''}`;
}

function namesIn(folder: string): string[] {
  const fault = folderFault(folder);
  if (fault === 'is missing') throw new Fault(process.geteuid?.() === 0 ? NONE : `${NONE} (or, if root started one: sudo procmap open)`);
  if (fault !== null) throw new Fault(`${folder} ${fault}, so that no link from it can be trusted; remove it and start the daemon again`);
  return controlNames(folder);
}
