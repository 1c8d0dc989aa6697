/** An error that the user can fix: printed as one line on stderr, then the process exits with this status. */
export class Fault extends Error {
  readonly exitStatus: 1 | 2;

  constructor(message: string, exitStatus: 1 | 2 = 1) {
    super(message);
    this.exitStatus = exitStatus;
  }
}

/** A mistake on the command line: refers to --help. */
export function usageFault(message: string): Fault {
  return new Fault(`${message}; see procmap --help`, 2);
}

/** `file`: a file of /proc that is missing. */
export function partialProcFault(file: string): Fault {
  return new Fault(`${file} is missing: procmap needs a complete /proc, and this one is mounted with subset=pid, or not at all`);
}
