import { READER_CAPABILITIES, READER_UID } from '../../common/confinement.ts';
import type { Means } from './means.ts';

/** User and capabilities of the reader. */
export interface ReaderPlan {
  /** null: the user who started the daemon. */
  readonly uid: number | null;
  /** Some of READER_CAPABILITIES; null: all capabilities of the daemon. */
  readonly capabilities: readonly string[] | null;
  /** Limited for good, by the bounding set. */
  readonly bounded: boolean;
}

/**
 * How the web process loses its rights. `user`: it changes to another user itself, which drops all capabilities.
 * `bound`: it keeps its user and starts without capabilities. `none`: the daemon is not root, or has nothing to drop.
 */
export type WebPlan = 'user' | 'bound' | 'none';

/** How the daemon starts its children, given its own rights. */
export interface ConfinementPlan {
  readonly reader: ReaderPlan;
  readonly web: WebPlan;
  /** Differences from a start with all of root's rights, and their reasons, as sentences for people. */
  readonly notes: readonly string[];
  /** The reason not to start the children. */
  readonly fault: string | null;
}

/** Without root, children get no rights, but the reader loses the ambient capabilities that it does not need. */
function planWithoutRoot({ ambient }: Means): ConfinementPlan {
  const capabilities = ambient.length === 0 ? null : READER_CAPABILITIES.filter((name) => ambient.includes(name));
  return { reader: { uid: null, capabilities, bounded: false }, web: 'none', notes: [], fault: null };
}

/**
 * The fewest rights with which both children work. `canStart`: tests if a reader with these rights can open its own
 * program. Without CAP_SYS_PTRACE the kernel shows the reader only processes of its own user with no more capabilities
 * than it has, so it keeps all.
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
    // Without the bounding set, root regains all capabilities when it starts a program.
    ...(bounded ? [{ uid: null, capabilities, bounded }] : []),
  ];
  // With CAP_DAC_READ_SEARCH it can open any folder.
  return plans.find((plan) => held.has('CAP_DAC_READ_SEARCH') || canStart(plan)) ?? all;
}

function whyNoOtherUser({ held, missingIds, setgroups }: Means): string | null {
  // Without CAP_KILL, a hung process of another user could not be killed.
  const lacking = ['CAP_SETUID', 'CAP_SETGID', 'CAP_KILL'].filter((name) => !held.has(name));
  if (lacking.length > 0) return `${listed(lacking)} ${lacking.length > 1 ? 'are' : 'is'} missing`;
  if (missingIds.length > 0) return `there is no uid ${missingIds.join(' or ')} in this user namespace`;
  return setgroups ? null : 'this user namespace does not allow changing groups';
}

function listed(words: readonly string[]): string {
  return words.join(', ').replace(/, (?=[^,]*$)/, ' and ');
}
