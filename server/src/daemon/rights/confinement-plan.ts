import { READER_CAPABILITIES, READER_UID } from '../../common/confinement.ts';
import type { Means } from './means.ts';

/** As whom the reader runs, and with what. */
export interface ReaderPlan {
  /** null: who started the daemon. */
  readonly uid: number | null;
  /** Names as READER_CAPABILITIES has them; null: all that the daemon has. */
  readonly capabilities: readonly string[] | null;
  /** Nor could it be given more. */
  readonly bounded: boolean;
}

/**
 * How the web process loses its rights: `user`: it becomes another user by itself, and the capabilities go with that; `bound`: it stays who it is, and is started without any;
 * `none`: it is not root's, or there is nothing to lose.
 */
export type WebPlan = 'user' | 'bound' | 'none';

/** What a daemon makes of its two children, with the rights that it has itself. */
export interface ConfinementPlan {
  readonly reader: ReaderPlan;
  readonly web: WebPlan;
  /** What is not as it is with all of root's rights, and why: sentences for people. */
  readonly notes: readonly string[];
  /** Why they must not be started. */
  readonly fault: string | null;
}

/** Without root nothing is given, but what a user's programs keep (ambient capabilities) is taken from them, all that the reader does not need. */
function planWithoutRoot({ ambient }: Means): ConfinementPlan {
  const capabilities = ambient.length === 0 ? null : READER_CAPABILITIES.filter((name) => ambient.includes(name));
  return { reader: { uid: null, capabilities, bounded: false }, web: 'none', notes: [], fault: null };
}

/**
 * The least rights with which both can work. `canStart`: whether a reader with these rights finds its program. Without CAP_SYS_PTRACE the kernel shows only processes
 * of the same user that have no more capabilities than the reader, and so that one keeps what there is.
 */
export function planConfinement(means: Means, canStart: (plan: ReaderPlan) => boolean): ConfinementPlan {
  if (!means.root) return planWithoutRoot(means);
  const whyNoUser = whyNoOtherUser(means);
  const bounded = means.held.has('CAP_SETPCAP');
  const web: WebPlan = whyNoUser === null ? 'user' : bounded ? 'bound' : 'none';
  const reader = planReader(means, whyNoUser === null, bounded, canStart);
  const notes: string[] = [];
  if (whyNoUser !== null) notes.push(`procmap's processes all run as uid ${means.uid}, since ${whyNoUser}; the web process has no capability`);
  if (reader.capabilities === null && means.held.size > 0) {
    const why = means.held.has('CAP_SYS_PTRACE')
      ? 'with fewer it could not be started'
      : 'without CAP_SYS_PTRACE the kernel shows it only processes of its own user that have no more capabilities';
    notes.push(`the reader keeps uid ${means.uid} and all capabilities, since ${why}`);
  }
  const fault =
    web === 'none' && means.held.size > 0
      ? `the web process would have ${[...means.held].join(' ')}, which it must not: start the container with --cap-add SETPCAP, so that procmap can drop them`
      : null;
  return { reader, web, notes, fault };
}

function planReader({ held }: Means, otherUser: boolean, bounded: boolean, canStart: (plan: ReaderPlan) => boolean): ReaderPlan {
  const all: ReaderPlan = { uid: null, capabilities: null, bounded: false };
  if (!held.has('CAP_SYS_PTRACE')) return all;
  const capabilities = READER_CAPABILITIES.filter((name) => held.has(name));
  const plans: ReaderPlan[] = [
    ...(otherUser ? [{ uid: READER_UID, capabilities, bounded }] : []),
    // Root without a bound would be given all of it again as soon as a program is started.
    ...(bounded ? [{ uid: null, capabilities, bounded }] : []),
  ];
  // With this one no folder is closed to it.
  return plans.find((plan) => held.has('CAP_DAC_READ_SEARCH') || canStart(plan)) ?? all;
}

function whyNoOtherUser({ held, missingIds, setgroups }: Means): string | null {
  // Without CAP_KILL a process of another user that hangs could not be ended.
  const lacking = ['CAP_SETUID', 'CAP_SETGID', 'CAP_KILL'].filter((name) => !held.has(name));
  if (lacking.length > 0) return `${listed(lacking)} ${lacking.length > 1 ? 'are' : 'is'} missing`;
  if (missingIds.length > 0) return `there is no uid ${missingIds.join(' or ')} in this user namespace`;
  return setgroups ? null : 'this user namespace does not allow changing groups';
}

function listed(words: readonly string[]): string {
  return words.join(', ').replace(/, (?=[^,]*$)/, ' and ');
}
