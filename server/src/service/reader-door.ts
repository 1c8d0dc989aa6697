import { connect, type Socket } from 'node:net';

const RETRY_MS = 200;

/** Connects to the reader's service, and again whenever the connection ends. systemd listens there, so that who connects while it is started again waits. */
export function connectReader(path: string, take: (stream: Socket) => void): void {
  const stream = connect(path);
  stream.on('error', () => undefined);
  stream.once('connect', () => take(stream));
  stream.once('close', () => {
    setTimeout(() => connectReader(path, take), RETRY_MS);
  });
}
