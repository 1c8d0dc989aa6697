import type { Standing } from './standing.ts';

/** A capability that the reader needs but lacks. */
export interface MissingRight {
  /** `CAP_SYS_PTRACE` */
  readonly capability: string;
  /** The consequence of its absence, as a clause: `processes of other users cannot be read`. */
  readonly hides: string;
  /** How to get it: `start the container with --cap-add SYS_PTRACE`. */
  readonly remedy: string;
}

/** Sorted by importance; empty if everything can be read. */
export function missingRights(standing: Standing): MissingRight[] {
  const { effective, root, nested, ownProc } = standing;
  const holds = (capability: string): boolean => effective.includes(capability);
  const missing: MissingRight[] = [];
  if (!holds('CAP_SYS_PTRACE') || !ownProc) {
    const others = root && !holds('CAP_SYS_PTRACE') ? ' and processes with more capabilities than procmap' : '';
    const hides = holds('CAP_SYS_PTRACE') ? 'processes outside this user namespace cannot be read' : `processes of other users${others} cannot be read`;
    missing.push({ capability: 'CAP_SYS_PTRACE', hides, remedy: remedy('SYS_PTRACE', standing, holds('CAP_SYS_PTRACE')) });
  }
  // The kernel only checks for it in the first user namespace.
  if (!holds('CAP_SYSLOG') || nested)
    missing.push({ capability: 'CAP_SYSLOG', hides: 'the kernel hides its addresses', remedy: remedy('SYSLOG', standing, nested) });
  // The right to write everything includes reading.
  if (!holds('CAP_DAC_READ_SEARCH') && !holds('CAP_DAC_OVERRIDE')) {
    const hides = 'files that procmap has no permission for cannot be read: executables of processes, its kernel module';
    missing.push({ capability: 'CAP_DAC_READ_SEARCH', hides, remedy: remedy('DAC_READ_SEARCH', standing, false) });
  }
  return missing;
}

/** `outside`: the capability does not help inside this user namespace. */
function remedy(name: string, { root, container }: Standing, outside: boolean): string {
  if (outside) return 'as root, start procmap outside this user namespace';
  if (container) return root ? `start the container with --cap-add ${name}` : `run procmap as root in a container started with --cap-add ${name}`;
  if (root) return `give procmap CAP_${name}: the bounding set that it was started with lacks it (CapabilityBoundingSet= of a unit)`;
  return 'run procmap as root (sudo)';
}

/** A clause for people. */
export function missingSentence({ capability, hides, remedy }: MissingRight): string {
  return `${capability} is missing, so ${hides}; ${remedy}`;
}
