import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { Fault } from '../common/fault.ts';
import { doorHolder } from './door-holder.ts';
import { isPageLink } from '../common/link.ts';

/**
 * The daemon's control socket. It reads one line, which holds the uid for whose programs the link is, or nothing, and
 * answers with one new link and a newline. Only the user who started the daemon can connect, since the folder has mode
 * 0700.
 */
const OWNER_ONLY = 0o700;
const SOCKET_NAME = /^([0-9]{1,5}|file-[\w-]{16}|service)\.sock$/;
const ASK = /^([0-9]{0,10})\n$/;
const MAX_ASK_BYTES = 16;
const ASK_MS = 3000;
const MAX_ANSWER_BYTES = 4096;

/** The folder of the control socket of a daemon that this user started in this environment. */
export function controlFolder(uid = process.geteuid?.() ?? 0, { XDG_RUNTIME_DIR: runtime }: NodeJS.ProcessEnv = process.env): string {
  if (uid === 0) return '/run/procmap';
  return runtime?.startsWith('/') ? join(runtime, 'procmap') : `/tmp/procmap-${uid}`;
}

/**
 * All folders that may hold control sockets of this user's daemons. Each daemon chose one of them by its environment.
 */
export function controlFolders(uid: number): string[] {
  return uid === 0
    ? ['/run/procmap']
    : [...new Set([...(uid === process.geteuid?.() ? [controlFolder()] : []), `/run/user/${uid}/procmap`, `/tmp/procmap-${uid}`])];
}

/** The name of the control socket: the daemon's port or, with --socket, a hash of that path. */
export function controlName(port: number, socketFile: string | null): string {
  return socketFile === null ? String(port) : `file-${createHash('sha256').update(socketFile).digest('base64url').slice(0, 16)}`;
}

/** The reason not to trust the folder, or null. */
export function folderFault(folder: string): string | null {
  const there = lstatSync(folder, { throwIfNoEntry: false });
  if (there === undefined) return 'is missing';
  if (there.uid !== process.geteuid?.()) return 'belongs to somebody else';
  if (!there.isDirectory()) return 'is not a folder';
  return (there.mode & 0o077) === 0 ? null : 'is open to others';
}

/** Makes a link. `uid`: accept this user's programs too; null: as configured. */
type MintLink = (uid: number | null) => Promise<string>;

/** Listens on NAME.sock in the folder, which is created if it is missing. Rejects with the reason if it cannot. */
export async function serveControl(folder: string, name: string, mint: MintLink): Promise<Server> {
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
  const fault = folderFault(folder);
  if (fault !== null) throw new Error(`${folder} ${fault}`);
  const path = join(folder, `${name}.sock`);
  // A daemon on the same port of another address.
  if (await isServed(folder, name)) throw new Error(`another daemon answers at ${path}`);
  // Left by a daemon that was killed.
  rmSync(path, { force: true });
  const server = createServer((peer) => answerControl(peer, mint));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve);
  });
  return server;
}

/** Answers one connection to the control socket. */
export function answerControl(peer: Socket, mint: MintLink): void {
  let asked = '';
  peer.setTimeout(ASK_MS, () => peer.destroy());
  peer.on('error', () => undefined);
  peer.on('data', (chunk: Buffer) => {
    asked += chunk.toString('latin1');
    const uid = ASK.exec(asked)?.[1];
    if (uid !== undefined) {
      mint(uid === '' ? null : Number(uid)).then(
        (link) => peer.end(`${link}\n`),
        () => peer.destroy(),
      );
    } else if (asked.length > MAX_ASK_BYTES || asked.includes('\n')) peer.destroy();
  });
}

/** Names of the control sockets in the folder. Throws the system's error (ENOENT: no daemon ever ran). */
export function controlNames(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => SOCKET_NAME.exec(name)?.[1] ?? []);
}

/** True if a daemon listens on this control socket. */
export function isServed(folder: string, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const peer = connect(join(folder, `${name}.sock`), () => {
      resolve(true);
      peer.destroy();
    });
    peer.on('error', (error: NodeJS.ErrnoException) => {
      // The backlog is full, so a daemon does listen.
      resolve(error.code === 'EAGAIN');
    });
  });
}

/**
 * Asks a daemon for a new link; null if none listens any more. `uid`: the user whose programs the link is for, if not
 * the daemon's default. Throws a Fault if the daemon does not answer, or answers something else: under sudo the socket
 * belongs to a user whom root must not trust, and the answer is printed on root's terminal.
 */
export async function askLink(folder: string, name: string, uid: number | null): Promise<string | null> {
  const path = join(folder, `${name}.sock`);
  const peer = connect(path);
  // The kernel also accepts connections for a stopped daemon.
  const seen = { daemon: false };
  peer.on('connect', () => (seen.daemon = true));
  peer.on('error', (error: NodeJS.ErrnoException) => (seen.daemon ||= error.code === 'EAGAIN'));
  // Limits the whole answer: it may arrive byte by byte.
  const timer = setTimeout(() => peer.destroy(), ASK_MS);
  peer.write(`${uid ?? ''}\n`);
  let answer = '';
  peer.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1');
    if (answer.length > MAX_ANSWER_BYTES) peer.destroy();
  });
  await new Promise((resolve) => peer.once('close', resolve));
  clearTimeout(timer);
  const link = answer.replace(/\n$/, '');
  if (link === '' && seen.daemon) throw new Fault(silentText(doorHolder(path)));
  if (link === '') return null;
  if (!isPageLink(link)) throw new Fault(`another program answers at ${path}; end it and start procmap again`);
  return link;
}

function silentText(pid: number | null): string {
  const [who, remedy] = pid === null ? ['', 'end it'] : [` (process ${pid})`, `end it with: kill -CONT ${pid}; kill ${pid}`];
  return `the daemon${who} does not answer: it is busy or stopped; try again in a moment, or ${remedy} and start it again`;
}
