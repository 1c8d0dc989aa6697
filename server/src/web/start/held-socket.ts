import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { asUser } from '../../common/as-user.ts';
import type { SocketFile } from '../../common/socket-file.ts';

/** For its owner alone, from the first moment: bind(2) makes the file with what the umask leaves. */
const OTHERS_NOTHING = 0o177;
/** Until there is an application, which has its own limit. */
const MAX_WAITING = 64;

/** Listens before there is an application: who connects meanwhile waits, and nothing that he sends is read. */
export interface HeldSocket {
  readonly server: Server;
  /** The oldest first. */
  readonly waiting: Socket[];
}

/** Listens at a socket file. Made while this process may still be any user. Rejects with the system's error. */
export async function holdSocketFile({ path, uid }: SocketFile): Promise<HeldSocket> {
  const umask = process.umask(OTHERS_NOTHING);
  try {
    // Bound before listen() returns.
    const held = asUser(uid, () => begin({ path }));
    return await listening(held);
  } finally {
    process.umask(umask);
  }
}

/** Listens at a descriptor that is bound already, as systemd hands it over. */
export function holdDescriptor(fd: number): Promise<HeldSocket> {
  return listening(begin({ fd }));
}

/** Listens at a port. Rejects with the system's error. */
export function holdPort(host: string, port: number): Promise<HeldSocket> {
  return listening(begin({ host, port }));
}

function begin(where: { readonly path: string } | { readonly fd: number } | { readonly host: string; readonly port: number }): HeldSocket {
  const held: HeldSocket = { server: createServer({ pauseOnConnect: true }), waiting: [] };
  held.server.maxConnections = MAX_WAITING;
  held.server.on('connection', (socket) => held.waiting.push(socket));
  held.server.listen(where);
  return held;
}

async function listening(held: HeldSocket): Promise<HeldSocket> {
  if (!held.server.listening) await once(held.server, 'listening');
  return held;
}

/** Whatever has connected, and connects from now on, is taken by `take`; it is read again then. */
export function takeOver({ server, waiting }: HeldSocket, take: (socket: Socket) => void): void {
  const pass = (socket: Socket): void => {
    take(socket);
    socket.resume();
  };
  server.removeAllListeners('connection');
  server.on('connection', pass);
  for (const socket of waiting.splice(0)) if (!socket.destroyed) pass(socket);
}

/** Nobody is taken any more. Not by close(), which would remove the file at its path: that may be another daemon's by now, and is for the supervisor to remove. */
export function letGo({ server }: HeldSocket): void {
  if (typeof server.address() === 'object') {
    server.close();
    return;
  }
  server.removeAllListeners('connection');
  server.on('connection', (socket) => socket.destroy());
  server.unref();
}

/** An HTTP server for what is held, in the place of listening itself; `vouch` hears of each connection over a socket file, of which the kernel has checked who may. */
export function serveHeld(held: readonly HeldSocket[], application: HttpServer, vouch: (socket: Socket) => void): void {
  // It begins to look for those who are too slow when it hears that it listens.
  if (held.length > 0) application.emit('listening');
  for (const each of held) {
    each.server.maxConnections = application.maxConnections;
    const isFile = typeof each.server.address() === 'string';
    takeOver(each, (socket) => {
      if (isFile) vouch(socket);
      application.emit('connection', socket);
    });
  }
}
