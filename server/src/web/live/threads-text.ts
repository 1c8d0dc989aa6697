import type { ServerMessage } from '@procmap/shared/messages.ts';
import type { ThreadNews } from '../../reader/protocol/protocol.ts';

/** The threads of a process as a message, serialised once for all viewers. */
export interface ThreadsText {
  /** The reader's: see ThreadNews. */
  readonly version: number;
  readonly text: string;
}

export function threadsText(pid: number, { version, threads, guards, left, denied }: ThreadNews): ThreadsText {
  const message: Extract<ServerMessage, { type: 'threads' }> = {
    type: 'threads',
    pid,
    tids: threads.map(({ tid }) => tid),
    comms: threads.map(({ comm }) => comm),
    pages: threads.map(({ stackPage }) => stackPage),
    guards: guards.flatMap(({ start, end }) => [start, end]),
    left,
    denied,
  };
  return { version, text: JSON.stringify(message) };
}
