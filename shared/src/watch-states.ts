/**
 * Properties of each state of a watched process, for daemon and page. The compiler rejects a state without one of them.
 */
export interface WatchStateFacts {
  /**
   * When the daemon looks again: as often as viewers ask, less and less often, rarely, or never, since nothing can
   * change.
   */
  readonly looks: 'as asked' | 'less often' | 'rarely' | 'never';
  /** The page dims the last map. */
  readonly dims: boolean;
  /** A new look makes it live again, before the daemon says so. */
  readonly recovers: boolean;
  readonly tone: 'plain' | 'warn';
  /** The state in words; '' when nothing is wrong. */
  readonly title: string;
  /**
   * What to do; only needed where the daemon's own sentence, which knows names and numbers, just says what happened.
   */
  readonly advice: string;
  /** A note in a shared picture; '': none. */
  readonly mark: string;
}

/** Keyed by the machine word of the wire. */
const FACTS = {
  live: { looks: 'as asked', dims: false, recovers: false, tone: 'plain', title: '', advice: '', mark: '' },
  exited: { looks: 'never', dims: true, recovers: false, tone: 'plain', title: 'The process has ended', advice: 'This is its last map.', mark: 'exited' },
  not_found: {
    looks: 'never',
    dims: false,
    recovers: false,
    tone: 'plain',
    title: 'No such process',
    advice: 'It may have ended a moment ago, or the process ID is mistyped. Pick another one.',
    mark: '',
  },
  kernel_thread: { looks: 'never', dims: false, recovers: false, tone: 'plain', title: 'This is a kernel thread', advice: '', mark: '' },
  zombie: { looks: 'never', dims: false, recovers: false, tone: 'plain', title: 'This process is a zombie', advice: 'Pick another process.', mark: '' },
  no_permission: { looks: 'rarely', dims: false, recovers: false, tone: 'warn', title: 'This process cannot be read', advice: '', mark: '' },
  /** The map is larger than procmap shows. */
  too_large: { looks: 'less often', dims: true, recovers: true, tone: 'warn', title: 'This map is too large to show', advice: '', mark: 'now too large' },
  /** The kernel did not answer in time. */
  stalled: { looks: 'less often', dims: true, recovers: true, tone: 'warn', title: 'The kernel does not answer', advice: '', mark: 'stalled' },
} as const satisfies Readonly<Record<string, WatchStateFacts>>;

export type WatchState = keyof typeof FACTS;

export const WATCH_STATES = Object.keys(FACTS) as WatchState[];

export function watchStateFacts(state: WatchState): WatchStateFacts {
  return FACTS[state];
}
