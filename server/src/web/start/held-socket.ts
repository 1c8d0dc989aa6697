import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { asUser } from '../../common/as-user.ts';
import type { SocketFile } from '../../common/socket-file.ts';

/** Only for the owner from the start: bind(2) creates the file with the permissions that the umask leaves. */
const OTHERS_NOTHING = 0o177;
/** Until the application takes over, which has its own limit. */
const MAX_WAITING = 64;

/** Listens before the application exists. Connections wait meanwhile, and nothing is read from them. */
export interface HeldSocket {
  readonly server: Server;
  /** Oldest first. */
  readonly waiting: Socket[];
}

/** Listens on a Unix socket. Call while this process may still change its user. Rejects with the system's error. */
export async function holdSocketFile({ path, uid }: SocketFile): Promise<HeldSocket> {
  const umask = process.umask(OTHERS_NOTHING);
  try {
    // listen() binds before it returns.
    const held = asUser(uid, () => begin({ path }));
    return await listening(held);
  } finally {
    process.umask(umask);
  }
}

/** Listens on a descriptor that is already bound, as systemd passes it. */
export function holdDescriptor(fd: number): Promise<HeldSocket> {
  return listening(begin({ fd }));
}

/** Listens on a port. Rejects with the system's error. */
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

/** Passes all waiting and future connections to `take`, and starts reading from them. */
export function takeOver({ server, waiting }: HeldSocket, take: (socket: Socket) => void): void {
  const pass = (socket: Socket): void => {
    take(socket);
    socket.resume();
  };
  server.removeAllListeners('connection');
  server.on('connection', pass);
  for (const socket of waiting.splice(0)) if (!socket.destroyed) pass(socket);
}

/**
 * Accepts no more connections. Does not close a Unix socket: close() would remove the file at its path, which may be
 * another daemon's by now. The supervisor removes it.
 */
export function letGo({ server }: HeldSocket): void {
  if (typeof server.address() === 'object') {
    server.close();
    return;
  }
  server.removeAllListeners('connection');
  server.on('connection', (socket) => socket.destroy());
  server.unref();
}

/**
 * Serves HTTP on held sockets instead of listening itself. `vouch`: called for each connection to a Unix socket, whose
 * user the kernel has checked.
 */
export function serveHeld(held: readonly HeldSocket[], application: HttpServer, vouch: (socket: Socket) => void): void {
  // The application only starts its timeouts for slow clients after this event.
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
