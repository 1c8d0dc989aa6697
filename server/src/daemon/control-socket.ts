import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { Fault } from '../common/fault.ts';
import { doorHolder } from './door-holder.ts';
import { isPageLink } from '../common/link.ts';

/**
 * A daemon's own door for its user: a socket that takes one line, the uid for whose programs the link shall be or nothing, and answers it with one fresh link
 * and a newline. Only who may search the folder can connect: 0700, of the user who started the daemon.
 */
const OWNER_ONLY = 0o700;
const SOCKET_NAME = /^([0-9]{1,5}|file-[\w-]{16}|service)\.sock$/;
const ASK = /^([0-9]{0,10})\n$/;
const MAX_ASK_BYTES = 16;
const ASK_MS = 3000;
const MAX_ANSWER_BYTES = 4096;

/** Where a daemon of that user, started in that environment, has its door. */
export function controlFolder(uid = process.geteuid?.() ?? 0, { XDG_RUNTIME_DIR: runtime }: NodeJS.ProcessEnv = process.env): string {
  if (uid === 0) return '/run/procmap';
  return runtime?.startsWith('/') ? join(runtime, 'procmap') : `/tmp/procmap-${uid}`;
}

/** Where daemons of that user may have their doors: which of the folders it is, the environment that each was started in has decided. */
export function controlFolders(uid: number): string[] {
  return uid === 0
    ? ['/run/procmap']
    : [...new Set([...(uid === process.geteuid?.() ? [controlFolder()] : []), `/run/user/${uid}/procmap`, `/tmp/procmap-${uid}`])];
}

/** What a daemon's door is called: after its port or, where it serves at a socket file, after that. */
export function controlName(port: number, socketFile: string | null): string {
  return socketFile === null ? String(port) : `file-${createHash('sha256').update(socketFile).digest('base64url').slice(0, 16)}`;
}

/** Why the folder is not to be trusted, or null. */
export function folderFault(folder: string): string | null {
  const there = lstatSync(folder, { throwIfNoEntry: false });
  if (there === undefined) return 'is missing';
  if (there.uid !== process.geteuid?.()) return 'belongs to somebody else';
  if (!there.isDirectory()) return 'is not a folder';
  return (there.mode & 0o077) === 0 ? null : 'is open to others';
}

/** Makes a link; for whose programs, if that was said. */
export type MintLink = (uid: number | null) => Promise<string>;

/** Listens at NAME.sock in the folder, makes that when it is missing. Rejects with what is wrong. */
export async function serveControl(folder: string, name: string, mint: MintLink): Promise<Server> {
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
  const fault = folderFault(folder);
  if (fault !== null) throw new Error(`${folder} ${fault}`);
  const path = join(folder, `${name}.sock`);
  // Of a daemon at the same port of another address.
  if (await isServed(folder, name)) throw new Error(`another daemon answers at ${path}`);
  // Left by one that was killed.
  rmSync(path, { force: true });
  const server = createServer((peer) => answerControl(peer, mint));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve);
  });
  return server;
}

/** Answers one connection at the door. */
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

/** Names of the doors in the folder. Throws the system's error (ENOENT: no daemon ever ran). */
export function controlNames(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => SOCKET_NAME.exec(name)?.[1] ?? []);
}

/** Whether there is a daemon behind that door. */
export function isServed(folder: string, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const peer = connect(join(folder, `${name}.sock`), () => {
      resolve(true);
      peer.destroy();
    });
    peer.on('error', (error: NodeJS.ErrnoException) => {
      // So many wait there that no other can.
      resolve(error.code === 'EAGAIN');
    });
  });
}

/**
 * A fresh link of the daemon behind that door, or null when there is none any more. `uid`: for whose programs, if not for those that it answers anyway.
 * Throws a Fault when it does not answer, or answers something else: by sudo the door is of a user whom root does not believe, and what he says goes to root's terminal.
 */
export async function askLink(folder: string, name: string, uid: number | null): Promise<string | null> {
  const path = join(folder, `${name}.sock`);
  const peer = connect(path);
  // The kernel takes a connection for a daemon that is stopped, too.
  const seen = { daemon: false };
  peer.on('connect', () => (seen.daemon = true));
  peer.on('error', (error: NodeJS.ErrnoException) => (seen.daemon ||= error.code === 'EAGAIN'));
  // It may answer a byte at a time.
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
