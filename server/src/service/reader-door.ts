import { connect, type Socket } from 'node:net';

const RETRY_MS = 200;

/**
 * Connects to the reader's service, and again whenever the connection ends. systemd holds the listening socket, so a
 * connection waits while the service restarts.
 */
export function connectReader(path: string, take: (stream: Socket) => void): void {
  const stream = connect(path);
  stream.on('error', () => undefined);
  stream.once('connect', () => take(stream));
  stream.once('close', () => {
    setTimeout(() => connectReader(path, take), RETRY_MS);
  });
}
