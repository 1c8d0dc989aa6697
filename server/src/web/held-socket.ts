import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { asUser } from '../daemon/as-user.ts';
import type { SocketFile } from '../daemon/socket-file.ts';

/** For its owner alone, from the first moment: bind(2) makes the file with what the umask leaves. */
const OTHERS_NOTHING = 0o177;

/**
 * Listens at a socket file. Made while this process may still be any user; what connects before there is an application is let go. Rejects with the
 * system's error.
 */
export async function holdSocketFile({ path, uid }: SocketFile): Promise<Server> {
  const server = createServer();
  server.on('connection', (socket) => socket.destroy());
  const umask = process.umask(OTHERS_NOTHING);
  try {
    asUser(uid, () => server.listen(path));
  } finally {
    process.umask(umask);
  }
  if (!server.listening) await once(server, 'listening');
  return server;
}

/** Whatever connects goes to the application from now on; `vouch` hears of each that came over a file, of which the kernel has checked who may. */
export function passOn(held: Server, application: Server, vouch: (socket: Socket) => void): void {
  held.removeAllListeners('connection');
  held.maxConnections = application.maxConnections;
  const isFile = typeof held.address() === 'string';
  held.on('connection', (socket) => {
    if (isFile) vouch(socket);
    application.emit('connection', socket);
  });
}
