import { MAX_PID } from '@procmap/shared/pid.ts';
import { watchStateFacts } from '@procmap/shared/watch-states.ts';
import type { StreamStatus } from '../net/stream.ts';
import { clock } from '../live/clock.ts';
import type { Phase } from '../live/watch.svelte.ts';

/** A state that the user should know about, in words, with advice. */
interface Condition {
  readonly title: string;
  readonly body: string;
  readonly tone: 'plain' | 'warn' | 'alarm';
  /** The action of its single button. */
  readonly action: 'pick' | 'reconnect' | null;
}

/** The condition of a process; null if all is well. `sentence` comes from the daemon. */
export function processCondition(phase: Phase, sentence: string, endedAt: number | null, pid: number): Condition | null {
  if (phase === 'none' || phase === 'loading') return null;
  const { title, advice, tone } = watchStateFacts(phase);
  if (title === '') return null;
  const when = phase === 'exited' && endedAt !== null ? ` at ${clock(endedAt)}` : '';
  // A pid above the maximum is neither mistyped nor ended; the daemon says why there is no such process.
  const next = phase === 'not_found' && pid > MAX_PID ? 'Pick another one.' : advice;
  return { title: title + when, body: [sentence, next].filter(Boolean).join(' '), tone, action: 'pick' };
}

/** The condition of the connection; null while it is up. `serve`: the command that starts the daemon. */
export function connectionCondition(status: StreamStatus, gone: boolean, serve: string): Condition | null {
  if (status !== 'lost') return null;
  return gone
    ? {
        title: 'The daemon is gone',
        body: `Start it again with “${serve}”, then open the link that it prints. The picture is the last one received.`,
        tone: 'alarm',
        action: 'reconnect',
      }
    : { title: 'Connection lost', body: 'Reconnecting… The picture is the last one received.', tone: 'warn', action: 'reconnect' };
}
