/** A reason to end that the user can do something about: one line on stderr, then this exit status. */
export class Fault extends Error {
  readonly exitStatus: 1 | 2;

  constructor(message: string, exitStatus: 1 | 2 = 1) {
    super(message);
    this.exitStatus = exitStatus;
  }
}

/** Of the command line: points to --help. */
export function usageFault(message: string): Fault {
  return new Fault(`${message}; see procmap --help`, 2);
}

/** `file` of /proc is missing. */
export function partialProcFault(file: string): Fault {
  return new Fault(`${file} is missing: procmap needs a complete /proc, and this one is mounted with subset=pid, or not at all`);
}
