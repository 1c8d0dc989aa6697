import { createServer } from 'node:net';
import { inheritedSockets } from '../service/inherited.ts';
import { keepWatchdog, notify } from '../service/notify.ts';
import { assertConfined } from './confinement.ts';
import { filedRootFiles } from './kernel/filed-root-files.ts';
import { ReaderServer } from './serve.ts';

/**
 * The reader as a service of its own: systemd has given it its user and its three capabilities, listens for it at a socket of the web process's user, starts it
 * again when it hangs (WatchdogSec=) or ends, and holds who connects meanwhile. Arguments: the uid that it must run as, and the folder with what only
 * root may open (service/root-files.ts).
 */
const [uid = '', rootFiles = ''] = process.argv.slice(2);
assertConfined(Number(uid));
const root = filedRootFiles(rootFiles);

const server = createServer((stream) => {
  stream.on('error', () => undefined);
  new ReaderServer(stream, new Set(), root);
});
const [fd] = inheritedSockets(process.env, process.pid).get('reader') ?? [];
if (fd === undefined) {
  process.stderr.write(`${JSON.stringify({ level: 'error', message: 'reader: there is no socket; start it by procmap-reader.socket' })}\n`);
  process.exit(1);
}
server.listen({ fd }, () => {
  notify('READY=1');
  keepWatchdog();
});
process.on('SIGTERM', () => process.exit(0));
