import type { Commands } from './common/commands.ts';
import type { SocketFile } from './common/socket-file.ts';
import type { ServeOptions } from './options.ts';

/**
 * Messages between the supervisor and the web process, over Node's ipc channel (JSON; both run the same build). Keys
 * are 256 bits in base64url. Keys and the token travel only here: never in argv, the environment or a log.
 */

/** The first message, sent once: the options as given, and values derived from them. */
export interface ConfigMessage extends Omit<ServeOptions, 'socket' | 'peerUids'> {
  readonly type: 'config';
  /** 0: any free port; after a restart, the previous port. With --socket: the port that links name. */
  readonly port: number;
  /** A Unix socket to listen on, instead of host and port. */
  readonly socket: SocketFile | null;
  /** Serve the page only at this name, which is new for each web process; null: at the address (page-name.ts). */
  readonly pageName: string | null;
  /** Users whose programs on this machine may connect, besides root's; null: all users. */
  readonly peerUids: readonly number[] | null;
  /** Bearer token for scripts; null: not requested. */
  readonly token: string | null;
  readonly version: string;
  /** The folder of the page's files. The web process can read it even after it has dropped root. */
  readonly page: string;
  /** Commands that the page and its errors tell people to run. */
  readonly commands: Commands;
  /** Started by root: drop to an unprivileged uid before any npm code runs, and refuse to serve if a right remains. */
  readonly uid0: boolean;
  /** Differences from a start with all of root's rights, and their reasons, as sentences for people. */
  readonly notes: readonly string[];
}

/** The two processes that read for the web process. */
export type ReadingChild = 'reader' | 'files';

/**
 * Carries the stream of a new reader or files process as its handle (a net.Socket). The previous one is dead or has
 * been killed.
 */
interface StreamMessage {
  readonly type: 'stream';
  readonly of: ReadingChild;
}

/** Asks for a one-time link key; answered by {@link MintedMessage} with the same number. */
interface MintMessage {
  readonly type: 'mint';
  readonly request: number;
  /** The user whose programs root wants the link for; null: those that are accepted anyway. */
  readonly uid: number | null;
}

/** How many killed processes still exist, since the kernel holds them. */
interface LingeringMessage {
  readonly type: 'lingering';
  readonly counts: Readonly<Record<ReadingChild, number>>;
}

/** Asks to close all connections and exit with status 0. */
interface ShutdownMessage {
  readonly type: 'shutdown';
}

export type SupervisorMessage = ConfigMessage | StreamMessage | LingeringMessage | MintMessage | ShutdownMessage;

/** The port is open; `key` is the first one-time key. */
interface ListeningMessage {
  readonly type: 'listening';
  readonly port: number;
  readonly key: string;
}

/** A heartbeat of the event loop: every {@link ALIVE_MS}, from the moment it serves. */
interface AliveMessage {
  readonly type: 'alive';
}

export const ALIVE_MS = 2500;

interface MintedMessage {
  readonly type: 'minted';
  readonly request: number;
  readonly key: string;
}

/** The source of the kernel half has changed, or the reason for it. For the log. */
interface KernelHalfMessage {
  readonly type: 'kernel-half';
  readonly source: string;
  readonly note: string;
}

/** The process neither answers nor reports to be busy: kill it and send the stream of a new one. */
interface StuckMessage {
  readonly type: 'stuck';
  readonly of: ReadingChild;
  readonly reason: string;
}

/**
 * The web process cannot serve, and retrying would not help. `error`: an errno name (`EADDRINUSE`) or a machine word.
 */
interface FatalMessage {
  readonly type: 'fatal';
  readonly error: string;
  readonly message: string;
}

export type WebMessage = ListeningMessage | MintedMessage | KernelHalfMessage | StuckMessage | FatalMessage | AliveMessage;
