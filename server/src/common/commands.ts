/** Command lines that a person can type as they stand; made by daemon/launcher.ts. */
export interface Commands {
  /** Prints another link, for who started the daemon. */
  readonly open: string;
  /** The same, for whoever calls it by sudo; null where the daemon is not root's. */
  readonly sudoOpen: string | null;
  /** Starts the daemon again. */
  readonly serve: string;
}

/** Where nothing may be told of this machine, or nothing is known. */
export const PLAIN_COMMANDS: Commands = { open: 'procmap open', sudoOpen: null, serve: 'procmap serve' };
