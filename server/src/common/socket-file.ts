import { lstatSync, rmSync, type Stats } from 'node:fs';
import { connect } from 'node:net';
import { Fault } from './fault.ts';
import { asUser } from './as-user.ts';

/** The size of sun_path in sockaddr_un(7), without its terminating NUL. */
const MAX_PATH_BYTES = 107;

/** A Unix socket and its owner; only the owner and root can connect. */
export interface SocketFile {
  readonly path: string;
  readonly uid: number;
}

/**
 * Makes the path free for a new socket. Removes a socket that a killed daemon left, recognised by the refused
 * connection; throws a Fault for anything else.
 */
export async function clearSocketFile({ path, uid }: SocketFile): Promise<void> {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw new Fault(`the path of --socket is longer than ${MAX_PATH_BYTES} bytes: ${path}`);
  const own = process.geteuid?.();
  if (own !== 0 && own !== uid) throw new Fault('only root can make a socket for another user; leave --peer-uid out, or start procmap with sudo');
  const there = lookAt({ path, uid });
  if (there === undefined) return;
  if (!there.isSocket()) throw new Fault(`${path} exists and is not a socket; choose another with --socket=PATH`);
  if (there.uid !== uid) throw new Fault(`the socket ${path} belongs to another user; choose another with --socket=PATH`);
  if (await answers(path)) throw new Fault(`another program listens on ${path}; choose another with --socket=PATH`);
  removeSocketFile({ path, uid }, idOf(there));
}

/** undefined: there is no such file. Throws a Fault if that cannot be determined. */
function lookAt({ path, uid }: SocketFile): Stats | undefined {
  try {
    return asUser(uid, () => lstatSync(path, { throwIfNoEntry: false }));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Fault(`user ${uid} cannot have a socket at ${path} (${code}); choose another with --socket=PATH`);
  }
}

function idOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

/**
 * Identifies the socket file, so that a later file at the same path is not mistaken for it; null if that user has no
 * socket there.
 */
export function socketFileId(socket: SocketFile): string | null {
  try {
    const there = lookAt(socket);
    return there?.isSocket() === true && there.uid === socket.uid ? idOf(there) : null;
  } catch {
    return null;
  }
}

/** Removes this socket file, but not another one that has replaced it. */
export function removeSocketFile({ path, uid }: SocketFile, id: string): void {
  if (socketFileId({ path, uid }) !== id) return;
  try {
    asUser(uid, () => rmSync(path, { force: true }));
  } catch {
    // The folder is gone or no longer ours.
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const peer = connect(path, () => {
      resolve(true);
      peer.destroy();
    });
    peer.on('error', (error) => {
      // Other errors, such as that of a full backlog, do not prove that nobody listens.
      resolve(!('code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT')));
    });
  });
}
