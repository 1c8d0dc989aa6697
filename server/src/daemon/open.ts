import type { OpenOptions } from '../options.ts';
import { Fault } from '../fault.ts';
import { writeOut } from '../stdout.ts';
import { askLink, controlFolder, controlPorts, folderFault } from './control-socket.ts';

const NONE = 'no daemon is running; start one with: procmap serve';

/** Prints a fresh one-time link of the running daemon. */
export async function open(options: OpenOptions): Promise<void> {
  const folder = controlFolder();
  const links = new Map<number, string>();
  const ports = portsIn(folder).filter((port) => options.port === null || port === options.port);
  for (const port of ports) {
    const link = await askLink(folder, port);
    if (link !== null) links.set(port, link);
  }
  const [link] = links.values();
  if (link === undefined)
    throw new Fault(options.port === null ? NONE : `no daemon is running at port ${options.port}; start one with: procmap serve --port=${options.port}`);
  if (links.size > 1) throw new Fault(`daemons are running at the ports ${[...links.keys()].join(', ')}; choose one with: procmap open --port=N`);
  await writeOut([`${link}\n`]);
}

function portsIn(folder: string): number[] {
  const fault = folderFault(folder);
  if (fault === 'is missing') throw new Fault(process.geteuid?.() === 0 ? NONE : `${NONE} (or, if root started one: sudo procmap open)`);
  if (fault !== null) throw new Fault(`${folder} ${fault}, so that no link from it can be trusted; remove it and start the daemon again`);
  return controlPorts(folder);
}
