import type { Commands } from './common/commands.ts';
import type { SocketFile } from './common/socket-file.ts';
import type { ServeOptions } from './options.ts';

/**
 * What supervisor and web process say to each other over node's ipc channel (JSON, both run the same build).
 * Keys are 256 bits in base64url; they and the token travel here only: never in argv, the environment or a log.
 */

/** First message of all, once: the options as they were given, and what the daemon made of them. */
export interface ConfigMessage extends Omit<ServeOptions, 'socket' | 'peerUids'> {
  readonly type: 'config';
  /** 0: any free one; after a respawn the port of before. Where something else listens: the port that a link names. */
  readonly port: number;
  /** To listen at instead of host and port. */
  readonly socket: SocketFile | null;
  /** The page is served by this name alone, new for each web process; null: at its address (page-name.ts). */
  readonly pageName: string | null;
  /** Users whose programs on this machine are answered, besides root's; null: anybody's. */
  readonly peerUids: readonly number[] | null;
  /** Bearer token for scripts, or null when none was asked for. */
  readonly token: string | null;
  readonly version: string;
  /** The folder of the page’s files, which the web process can read whoever it is by then. */
  readonly page: string;
  /** What the page and its errors tell people to type. */
  readonly commands: Commands;
  /** Started by root: drop to an unprivileged uid before any npm code runs, and refuse to serve if a right stays. */
  readonly uid0: boolean;
  /** What is not as it is with all of root's rights, and why: sentences for people. */
  readonly notes: readonly string[];
}

/** The two that read for the web process. */
export type ReadingChild = 'reader' | 'files';

/** Comes with the stream to a fresh one of them as its handle (a net.Socket); the one before is dead, or told to die. */
export interface StreamMessage {
  readonly type: 'stream';
  readonly of: ReadingChild;
}

/** Make a one-time link key; answered by {@link MintedMessage} with the same number. */
export interface MintMessage {
  readonly type: 'mint';
  readonly request: number;
  /** For whose programs root wants it, or null: for those that may ask anyway. */
  readonly uid: number | null;
}

/** So many of those that were killed are still there, since the kernel holds them. */
export interface LingeringMessage {
  readonly type: 'lingering';
  readonly counts: Readonly<Record<ReadingChild, number>>;
}

/** Close what is open and exit 0. */
export interface ShutdownMessage {
  readonly type: 'shutdown';
}

export type SupervisorMessage = ConfigMessage | StreamMessage | LingeringMessage | MintMessage | ShutdownMessage;

/** The port is open; `key` is the first one-time key. */
export interface ListeningMessage {
  readonly type: 'listening';
  readonly port: number;
  readonly key: string;
}

/** Its event loop turns: said every {@link ALIVE_MS}, as soon as it serves. */
export interface AliveMessage {
  readonly type: 'alive';
}

export const ALIVE_MS = 2500;

export interface MintedMessage {
  readonly type: 'minted';
  readonly request: number;
  readonly key: string;
}

/** Another source than before serves the kernel's half, or for another reason: for the log. */
export interface KernelHalfMessage {
  readonly type: 'kernel-half';
  readonly source: string;
  readonly note: string;
}

/** It neither answers nor says that it is busy: kill it and send a fresh one. */
export interface StuckMessage {
  readonly type: 'stuck';
  readonly of: ReadingChild;
  readonly reason: string;
}

/** Cannot serve, and trying again would not help. `error`: an errno name (`EADDRINUSE`) or a machine word. */
export interface FatalMessage {
  readonly type: 'fatal';
  readonly error: string;
  readonly message: string;
}

export type WebMessage = ListeningMessage | MintedMessage | KernelHalfMessage | StuckMessage | FatalMessage | AliveMessage;
