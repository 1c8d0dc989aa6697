import { lstatSync, rmSync, type Stats } from 'node:fs';
import { connect } from 'node:net';
import { Fault } from './fault.ts';
import { asUser } from './as-user.ts';

/** sun_path of sockaddr_un(7), with the zero at its end. */
const MAX_PATH_BYTES = 107;

/** A file to listen at, and the user whose it is: nobody else but root can connect. */
export interface SocketFile {
  readonly path: string;
  readonly uid: number;
}

/** Makes sure that nothing is at the path that is not ours to replace: a socket that nobody answers at is what a killed daemon left. Throws a Fault. */
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

/** Throws a Fault where it cannot be looked at; undefined: there is none. */
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

/** Which file it is, to tell it from another one that has its path later; null: there is no socket of that user. */
export function socketFileId(socket: SocketFile): string | null {
  try {
    const there = lookAt(socket);
    return there?.isSocket() === true && there.uid === socket.uid ? idOf(there) : null;
  } catch {
    return null;
  }
}

/** Removes that file, and none that somebody else has put in its place. */
export function removeSocketFile({ path, uid }: SocketFile, id: string): void {
  if (socketFileId({ path, uid }) !== id) return;
  try {
    asUser(uid, () => rmSync(path, { force: true }));
  } catch {
    // Its folder has gone, or is not ours any more.
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const peer = connect(path, () => {
      resolve(true);
      peer.destroy();
    });
    peer.on('error', (error) => {
      // Any other error, as of one that has more waiting than it takes, does not say that nobody listens.
      resolve(!('code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT')));
    });
  });
}
