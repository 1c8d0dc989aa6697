import { createServer, type Socket } from 'node:net';
import { endNow } from '../common/end-now.ts';
import { inheritedSockets } from './inherited.ts';
import { keepWatchdog, notify } from './notify.ts';

/**
 * The reader or the files process as a separate service. systemd sets its user and capabilities, listens for it on a
 * socket of the web process's user, restarts it when it hangs (WatchdogSec=) or ends, and keeps connections waiting
 * meanwhile. `name`: of its socket (FileDescriptorName=).
 */
export function serveReading(name: string, serve: (stream: Socket) => void): void {
  const server = createServer((stream) => {
    stream.on('error', () => undefined);
    serve(stream);
  });
  const [fd] = inheritedSockets(process.env, process.pid).get(name) ?? [];
  if (fd === undefined) {
    process.stderr.write(`${JSON.stringify({ level: 'error', message: `${name}: there is no socket; start it with procmap-${name}.socket` })}\n`);
    process.exit(1);
  }
  server.listen({ fd }, () => {
    notify('READY=1');
    keepWatchdog();
  });
  process.on('SIGTERM', endNow);
}
