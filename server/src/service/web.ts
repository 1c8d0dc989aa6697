import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import packageJson from '../../package.json' with { type: 'json' };
import { answerControl } from '../daemon/control-socket.ts';
import { isPageOnly } from '../daemon/page/page-files.ts';
import type { ConfigMessage, WebMessage } from '../ipc.ts';
import { isLoopback, pageLink } from '../common/link.ts';
import { log } from '../common/log.ts';
import { pageNameFor } from '../common/page-name.ts';
import { Fault } from '../common/fault.ts';
import { DEFAULT_HOST, DEFAULT_PORT } from '../common/defaults.ts';
import { parseOptions, type ServeOptions } from '../options.ts';
import { assertDropped } from '../web/start/drop.ts';
import { type HeldSocket, holdDescriptor, takeOver } from '../web/start/held-socket.ts';
import { BUILT_PAGE, loadApp } from '../web/start/load-app.ts';
import { coversLoopback } from '../web/start/loopback.ts';
import { inheritedSockets } from './inherited.ts';
import { keepWatchdog, notify } from './notify.ts';
import { connectReader } from './reader-door.ts';

/**
 * The web process as a separate service. systemd has removed all its rights, listens for it (procmap.socket,
 * procmap-control.socket) and restarts it. Arguments: the sockets of the reader and of the files process, the file with
 * the token for scripts, and options of `procmap serve`.
 */
const [readerPath = '', filesPath = '', tokenPath = '', ...words] = process.argv.slice(2);
/** Commands of an installed procmap, which runs as root's service. */
const COMMANDS = {
  open: 'sudo procmap open',
  sudoOpen: 'sudo procmap open',
  serve: 'sudo systemctl restart procmap.service procmap-reader.service procmap-files.service',
};
const TOKEN = /^[\w-]{16,128}$/;

function options(): ServeOptions {
  const parsed = parseOptions(['serve', ...words]);
  if (parsed.verb !== 'serve') throw new Fault('PROCMAP_OPTIONS may hold options of procmap serve only');
  if (words.some((word) => /^--(port|host|socket|token-file|unsafe-path)\b/.test(word)))
    throw new Fault('PROCMAP_OPTIONS cannot set the address or the token of the service: edit ListenStream= of procmap.socket, or /etc/procmap/token');
  return parsed;
}

/** null: scripts are refused. */
function token(): string | null {
  const text = readFileSync(tokenPath, 'latin1').trim();
  if (text === 'none') return null;
  if (!TOKEN.test(text))
    throw new Fault('the token must be 16 to 128 letters, digits, _ or -; make one with: head -c 32 /dev/urandom | basenc --base64url | tr -d =');
  return text;
}

function hold(fds: readonly number[] = []): Promise<HeldSocket[]> {
  return Promise.all(fds.map(holdDescriptor));
}

/** Exists in every network namespace if the kernel supports IPv6. */
const IPV6_ADDRESSES = '/proc/self/net/if_inet6';

function placesOf(held: readonly HeldSocket[]): AddressInfo[] {
  return held.map(({ server }) => server.address()).filter((each) => typeof each === 'object' && each !== null);
}

async function serve(): Promise<void> {
  const given = options();
  const { plainOrigin, peerUids } = given;
  const secret = token();
  if (!isPageOnly(BUILT_PAGE)) throw new Fault(`${BUILT_PAGE} holds files that are not of the page, or links; remove them, or install procmap anew`);
  const start = loadApp(BUILT_PAGE);
  assertDropped();
  const sockets = inheritedSockets(process.env, process.pid);
  const web = await hold(sockets.get('web'));
  if (web.length === 0) throw new Fault('there is no socket to listen on; start it with: systemctl start procmap.socket');
  const places = placesOf(web);
  // The first address, at which a browser finds the page.
  const [{ address: host, port } = { address: DEFAULT_HOST, port: DEFAULT_PORT }] = places;
  // If the service does not hold both loopback addresses, another user's program could pose as procmap at the other
  // one.
  const isAlone = coversLoopback(places, port, existsSync(IPV6_ADDRESSES));
  if (!plainOrigin && !isAlone && isLoopback(host))
    log('warn', `procmap.socket has no ListenStream=[::1]:${port} beside 127.0.0.1: the page is served as with --plain-origin`);
  const pageName = isAlone ? pageNameFor({ host, plainOrigin }) : null;
  const config: ConfigMessage = {
    ...given,
    type: 'config',
    host,
    port,
    socket: null,
    pageName,
    peerUids: peerUids === 'any' ? null : peerUids === 'own' ? [] : peerUids,
    token: secret,
    version: packageJson.version,
    page: BUILT_PAGE,
    commands: COMMANDS,
    uid0: true,
    notes: [],
  };
  const app = await start(config, (message) => report(message), web);
  connectReader(readerPath, (stream) => app.take('reader', stream));
  connectReader(filesPath, (stream) => app.take('files', stream));
  for (const control of await hold(sockets.get('control')))
    takeOver(control, (peer) => answerControl(peer, (uid) => Promise.resolve(pageLink(pageName, host, port, app.mintKey(uid)))));
  process.on('SIGTERM', () => {
    notify('STOPPING=1');
    void app.close().finally(() => process.exit(0));
  });
  log('info', 'listening', { host, port });
  notify('READY=1');
  keepWatchdog();
}

function report(message: WebMessage): void {
  if (message.type === 'kernel-half') log('info', `kernel half: ${message.note}`, { source: message.source });
  if (message.type === 'stuck')
    log('warn', `${message.of === 'reader' ? 'the reader' : 'the files process'} does not answer and is given up`, { reason: message.reason });
}

serve().catch((error: unknown) => {
  if (!(error instanceof Fault)) log('error', 'cannot serve', { why: error instanceof Error ? error.message : String(error) });
  else process.stderr.write(`procmap: ${error.message}\n`);
  process.exit(1);
});
