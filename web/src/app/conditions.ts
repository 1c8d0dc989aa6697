import { MAX_PID } from '@procmap/shared/pid.ts';
import { watchStateFacts } from '@procmap/shared/watch-states.ts';
import type { StreamStatus } from '../net/stream.ts';
import { clock } from '../live/clock.ts';
import type { Phase } from '../live/watch.svelte.ts';

/** A state of affairs that the person should know of, in words, and what to do about it. */
export interface Condition {
  readonly title: string;
  readonly body: string;
  readonly tone: 'plain' | 'warn' | 'alarm';
  /** What the one button does. */
  readonly action: 'pick' | 'reconnect' | null;
}

/** What is the matter with a process; null when nothing is. `sentence` is the daemon's own. */
export function processCondition(phase: Phase, sentence: string, endedAt: number | null, pid: number): Condition | null {
  if (phase === 'none' || phase === 'loading') return null;
  const { title, advice, tone } = watchStateFacts(phase);
  if (title === '') return null;
  const when = phase === 'exited' && endedAt !== null ? ` at ${clock(endedAt)}` : '';
  // No process can have a number beyond the largest: it is neither mistyped nor ended, and the daemon says why.
  const next = phase === 'not_found' && pid > MAX_PID ? 'Pick another one.' : advice;
  return { title: title + when, body: [sentence, next].filter(Boolean).join(' '), tone, action: 'pick' };
}

/** What is the matter with the connection; null while it is up. `serve`: the command that starts the daemon. */
export function connectionCondition(status: StreamStatus, gone: boolean, serve: string): Condition | null {
  if (status !== 'lost') return null;
  return gone
    ? {
        title: 'The daemon is gone',
        body: `Start it again with “${serve}”, then open the link that it prints. The picture is the last one that it sent.`,
        tone: 'alarm',
        action: 'reconnect',
      }
    : { title: 'Connection lost', body: 'Reconnecting… The picture is the last one that arrived.', tone: 'warn', action: 'reconnect' };
}
