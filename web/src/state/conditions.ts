import type { StreamStatus } from '../net/stream.ts';
import type { Phase } from './watch.svelte.ts';

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
  stalled: 'The kernel does not answer',
};

const BODIES: { readonly [P in Phase]?: string } = {
  exited: 'This is its last map.',
  not_found: 'It may have ended a moment ago, or the number is mistyped. Pick another one.',
  kernel_thread: 'It runs in the kernel’s half only and has no user address space to show. Pick another process.',
  zombie: 'It has ended and has no address space any more; it only waits for its parent to take notice. Pick another process.',
  no_permission: 'Its map belongs to another user. Start the daemon as root (sudo make run) to see every process.',
  stalled: 'The map is locked: the process may be busy changing it, or stuck in the kernel. procmap goes on trying.',
};

function clock(timeMs: number): string {
  return new Date(timeMs).toLocaleTimeString('en-GB');
}

/** What is the matter with the process; null when nothing is. The daemon's own sentence wins over ours. */
export function processCondition(phase: Phase, sentence: string, endedAt: number | null): Condition | null {
  const title = TITLES[phase];
  if (title === undefined) return null;
  const body = sentence === '' ? (BODIES[phase] ?? '') : sentence;
  const when = phase === 'exited' && endedAt !== null ? ` at ${clock(endedAt)}` : '';
  return {
    title: title + when,
    body: phase === 'exited' && sentence !== '' && !sentence.includes('map') ? `${sentence} This is its last map.` : body,
    tone: phase === 'no_permission' || phase === 'stalled' ? 'warn' : 'plain',
    action: 'pick',
  };
}

/** What is the matter with the connection; null while it is up. */
export function connectionCondition(status: StreamStatus, gone: boolean): Condition | null {
  if (status !== 'lost') return null;
  return gone
    ? {
        title: 'The daemon is gone',
        body: 'Start it again with “make run” or “procmap serve”, then open the link that it prints. The picture is the last one that it sent.',
        tone: 'alarm',
        action: 'reconnect',
      }
    : { title: 'Connection lost', body: 'Reconnecting… The picture is the last one that arrived.', tone: 'warn', action: 'reconnect' };
}
