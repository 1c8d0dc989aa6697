/** Command lines that can be pasted into a shell as they are. Made by daemon/words/launcher.ts. */
export interface Commands {
  /** Prints a new link, for the user who started the daemon. */
  readonly open: string;
  /** Prints a new link for a user of sudo; null if the daemon does not run as root. */
  readonly sudoOpen: string | null;
  /** Starts the daemon again. */
  readonly serve: string;
}

/** Used if nothing about this machine is known, or if nothing may be disclosed. */
export const PLAIN_COMMANDS: Commands = { open: 'procmap open', sudoOpen: null, serve: 'procmap serve' };
