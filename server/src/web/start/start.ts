import type { AddressInfo, Socket } from 'node:net';
import { hostname } from 'node:os';
import { PROTOCOL_VERSION } from '@procmap/shared/frame.ts';
import type { ConfigMessage, ReadingChild, WebMessage } from '../../ipc.ts';
import { reachableHost } from '../../common/link.ts';
import { Access } from '../gate/access.ts';
import { buildApp } from '../app.ts';
import { Guard } from '../gate/guard.ts';
import { Peers } from '../gate/peers.ts';
import { Places } from '../gate/places.ts';
import { withCommands } from './page-commands.ts';
import { holdLoopback } from './loopback.ts';
import { askObjects } from '../uses/ask-objects.ts';
import { MemoryFeeds, processFeed } from '../live/feeds.ts';
import { Memories } from '../link/memories.ts';
import { type HeldSocket, letGo, serveHeld } from './held-socket.ts';
import { hiddenNote } from '../answer/hidden-note.ts';
import { KernelWatch } from '../live/kernel-watch.ts';
import { ReaderLink } from '../link/reader-link.ts';
import { StreamServer } from '../live/socket.ts';
import { WatchedProcesses } from '../live/watched-processes.ts';

/** Controls of the running web part, for the code around it. */
export interface WebApp {
  take(of: ReadingChild, stream: Socket): void;
  /** Notes how many killed processes still exist. */
  note(lingering: Readonly<Record<ReadingChild, number>>): void;
  /** Mints a one-time link key. `uid`: accept connections from this user from now on. */
  mintKey(uid: number | null): string;
  close(): Promise<void>;
}

/** The files of a page as they are at the start. */
export interface ReadPage {
  readonly index: string;
  /** The others by path, uncompressed. */
  readonly kept: ReadonlyMap<string, Buffer>;
}

/**
 * Builds the web part and listens. Rejects with the system's error if it cannot. `say`: sends to the supervisor.
 * `inherited`: sockets that listen already, instead of host and port. `page`: read when the process still had the right to.
 */
export async function startWeb(
  config: ConfigMessage,
  page: ReadPage,
  say: (message: WebMessage) => void,
  inherited: readonly HeldSocket[] = [],
): Promise<WebApp> {
  const { pageName } = config;
  const guard = new Guard(pageName === null ? [...config.allowHosts, reachableHost(config.host)] : config.allowHosts, pageName);
  const access = new Access(config.token);
  const reader = new ReaderLink((reason) => say({ type: 'stuck', of: 'reader', reason }));
  const files = new ReaderLink((reason) => say({ type: 'stuck', of: 'files', reason }));
  const kernel = new KernelWatch(reader, ({ source, note }) => say({ type: 'kernel-half', source, note }));
  const memories = new Memories(reader);
  const peers = new Peers(reader, config.peerUids);
  const places = new Places(peers);
  const { metricsMatch, version, commands, notes } = config;
  // As a service, procmap cannot count them: systemd starts and ends the other processes.
  const lingering: Record<ReadingChild, number> | null = inherited.length === 0 ? { reader: 0, files: 0 } : null;
  const app = buildApp({
    guard,
    access,
    places,
    memories,
    metricsMatch,
    reader,
    files,
    kernel,
    page: { folder: config.page, index: withCommands(page.index, commands), kept: page.kept },
    version,
    commands,
    notes,
    lingering,
  });
  const stream = new StreamServer(app.server, {
    guard,
    access,
    places,
    commands,
    processes: new WatchedProcesses(reader, config.tickPercent),
    feed: processFeed(reader),
    memory: new MemoryFeeds(memories),
    kernel,
    objects: (pid) => askObjects(files, pid),
    welcome: async () => {
      const { system } = (await reader.ask({ op: 'system' })).head;
      return {
        type: 'welcome',
        protocol: PROTOCOL_VERSION,
        version,
        hidden: hiddenNote(system, notes),
        host: system.host,
        defaultRateHz: config.rateHz,
      };
    },
  });
  const held = inherited.length === 0 && pageName !== null ? await holdLoopback(config.port) : inherited;
  if (held.length === 0) await app.listen({ host: config.host, port: config.port });
  else await app.ready();
  serveHeld(held, app.server, (socket) => peers.vouchFor(socket));
  const listener = inherited.length > 0 ? null : (held[0]?.server ?? app.server);
  const port = listener === null ? config.port : (listener.address() as AddressInfo).port;
  access.nameCookie(`${hostname()}:${config.socket?.path ?? port}`);
  say({ type: 'listening', port, key: access.mintKey() });
  // Only for the log of the source. If the reader does not answer now, the first page asks again.
  kernel.read().catch(() => undefined);
  return {
    take: (of, socket) => (of === 'reader' ? reader : files).setStream(socket),
    note: (counts) => {
      if (lingering !== null) Object.assign(lingering, counts);
    },
    mintKey: (uid) => {
      if (uid !== null) peers.admit(uid);
      return access.mintKey();
    },
    close: async () => {
      stream.close();
      held.forEach(letGo);
      await app.close();
    },
  };
}
