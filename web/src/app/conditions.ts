import { MAX_PID } from '@procmap/shared/pid.ts';
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

const TITLES: { readonly [P in Phase]?: string } = {
  exited: 'The process has ended',
  not_found: 'No such process',
  kernel_thread: 'This is a kernel thread',
  zombie: 'This process is a zombie',
  no_permission: 'This process may not be read',
  too_large: 'This map is too large to show',
  stalled: 'The kernel does not answer',
};

/** What to do, where the daemon's own sentence, which knows names and numbers, tells only what happened. */
const ADVICE: { readonly [P in Phase]?: string } = {
  exited: 'This is its last map.',
  not_found: 'It may have ended a moment ago, or the number is mistyped. Pick another one.',
  zombie: 'Pick another process.',
};

function advice(phase: Phase, pid: number): string {
  // Nothing can have ended there, and the daemon says why.
  if (phase === 'not_found' && pid > MAX_PID) return 'Pick another one.';
  return ADVICE[phase] ?? '';
}

/** What is the matter with a process; null when nothing is. `sentence` is the daemon's own. */
export function processCondition(phase: Phase, sentence: string, endedAt: number | null, pid: number): Condition | null {
  const title = TITLES[phase];
  if (title === undefined) return null;
  const when = phase === 'exited' && endedAt !== null ? ` at ${clock(endedAt)}` : '';
  return {
    title: title + when,
    body: [sentence, advice(phase, pid)].filter(Boolean).join(' '),
    tone: phase === 'no_permission' || phase === 'stalled' || phase === 'too_large' ? 'warn' : 'plain',
    action: 'pick',
  };
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
