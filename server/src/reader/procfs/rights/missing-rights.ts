import type { Standing } from './standing.ts';

/** A capability that the reader would use and has not. */
export interface MissingRight {
  /** `CAP_SYS_PTRACE` */
  readonly capability: string;
  /** What is not to be read without it, as a clause: `processes of other users cannot be read`. */
  readonly hides: string;
  /** What to do to have it: `start the container with --cap-add SYS_PTRACE`. */
  readonly remedy: string;
}

/** The most important one first; none where everything can be read. */
export function missingRights(standing: Standing): MissingRight[] {
  const { effective, root, nested, ownProc } = standing;
  const holds = (capability: string): boolean => effective.includes(capability);
  const missing: MissingRight[] = [];
  if (!holds('CAP_SYS_PTRACE') || !ownProc) {
    const others = root && !holds('CAP_SYS_PTRACE') ? ' and processes with more capabilities than procmap' : '';
    const hides = holds('CAP_SYS_PTRACE') ? 'processes outside this user namespace cannot be read' : `processes of other users${others} cannot be read`;
    missing.push({ capability: 'CAP_SYS_PTRACE', hides, remedy: remedy('SYS_PTRACE', standing, holds('CAP_SYS_PTRACE')) });
  }
  // The kernel looks for it in its first user namespace alone.
  if (!holds('CAP_SYSLOG') || nested)
    missing.push({ capability: 'CAP_SYSLOG', hides: 'the kernel hides its addresses', remedy: remedy('SYSLOG', standing, nested) });
  // Whoever may write everything may read it.
  if (!holds('CAP_DAC_READ_SEARCH') && !holds('CAP_DAC_OVERRIDE')) {
    const hides = 'files that procmap has no permission for cannot be read: executables of processes, its kernel module';
    missing.push({ capability: 'CAP_DAC_READ_SEARCH', hides, remedy: remedy('DAC_READ_SEARCH', standing, false) });
  }
  return missing;
}

/** `outside`: holding it here is of no use. */
function remedy(name: string, { root, container }: Standing, outside: boolean): string {
  if (outside) return 'as root, start procmap outside this user namespace';
  if (container) return root ? `start the container with --cap-add ${name}` : `run procmap as root in a container started with --cap-add ${name}`;
  if (root) return `give procmap CAP_${name}: the bounding set that it was started with lacks it (CapabilityBoundingSet= of a unit)`;
  return 'run procmap as root (sudo)';
}

/** For people, as a clause. */
export function missingSentence({ capability, hides, remedy }: MissingRight): string {
  return `${capability} is missing, so ${hides}; ${remedy}`;
}

/** A clause as a sentence that stands alone. */
export function asSentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}
