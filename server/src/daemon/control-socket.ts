import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/**
 * A daemon's own door for its user: a socket that answers every connection with one fresh link and a newline. Only who may search
 * the folder can connect: 0700, of the user who started the daemon.
 */
const OWNER_ONLY = 0o700;
const SOCKET_NAME = /^([0-9]{1,5})\.sock$/;

export function controlFolder(): string {
  const uid = process.geteuid?.() ?? 0;
  if (uid === 0) return '/run/procmap';
  const runtime = process.env['XDG_RUNTIME_DIR'];
  return runtime?.startsWith('/') ? join(runtime, 'procmap') : `/tmp/procmap-${uid}`;
}

/** Why the folder is not to be trusted, or null. */
export function folderFault(folder: string): string | null {
  const there = lstatSync(folder, { throwIfNoEntry: false });
  if (there === undefined) return 'is missing';
  if (!there.isDirectory()) return 'is not a folder';
  if (there.uid !== process.geteuid?.()) return 'belongs to somebody else';
  return (there.mode & 0o077) === 0 ? null : 'is open to others';
}

/** Listens at PORT.sock in the folder, makes that when it is missing. Rejects with what is wrong. `mint` makes a link. */
export async function serveControl(folder: string, port: number, mint: () => Promise<string>): Promise<Server> {
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
  const fault = folderFault(folder);
  if (fault !== null) throw new Error(`${folder} ${fault}`);
  const path = join(folder, `${port}.sock`);
  // Left by a daemon that was killed: nobody else can have this port now.
  rmSync(path, { force: true });
  const server = createServer((peer) => {
    peer.on('error', () => undefined);
    mint().then(
      (link) => peer.end(`${link}\n`),
      () => peer.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve);
  });
  return server;
}

/** Ports of the sockets in the folder, ascending. Throws the system's error (ENOENT: no daemon ever ran). */
export function controlPorts(folder: string): number[] {
  return readdirSync(folder)
    .flatMap((name) => SOCKET_NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** A fresh link of the daemon at that port, or null when none answers. */
export async function askLink(folder: string, port: number): Promise<string | null> {
  const peer = connect(join(folder, `${port}.sock`));
  peer.setTimeout(3000, () => peer.destroy());
  try {
    const answer = (await text(peer)).trim();
    return answer === '' ? null : answer;
  } catch {
    return null;
  }
}
