import type { Commands } from '../../common/commands.ts';

interface Start {
  readonly version: string;
  /** null: the link is printed elsewhere. */
  readonly link: string | null;
  readonly commands: Commands;
  /** An ssh command for a browser on another machine; null: probably not needed. */
  readonly forward: string | null;
  /** The user is known to be connected by ssh. */
  readonly bySsh: boolean;
  /** Other machines can reach the page, but under an address that differs from the link's. */
  readonly elsewhere: boolean;
  /** Sentences about what cannot be read, and how to see it. */
  readonly hidden: string | null;
  /** Only root's programs may connect. `user`: the user who became root in this session, if known. */
  readonly onlyRoot: { readonly user: number | null } | null;
}

/** The text that a terminal shows when the daemon listens. */
export function startText({ version, link, commands, forward, bySsh, elsewhere, hidden, onlyRoot }: Start): string {
  const parts = [
    `procmap ${version} is running. Ctrl-C ends it.`,
    ...(link === null ? [] : [`  Open ${link}`]),
    `The link works once, within five minutes. For another one, in another terminal:\n  ${commands.open}`,
    ...(forward === null
      ? []
      : [
          `${bySsh ? 'You are connected over ssh. First run this on your own machine:' : 'Is your browser on another machine? First run this there:'}\n  ${forward}`,
        ]),
    ...(elsewhere ? ['From another machine, put the address of this machine into the link.'] : []),
    ...(hidden === null ? [] : [hidden]),
    ...(onlyRoot === null ? [] : [onlyRootText(onlyRoot.user, commands.serve)]),
  ];
  return `\n${parts.join('\n\n')}\n\n`;
}

function onlyRootText(user: number | null, serve: string): string {
  const who = user === null ? 'A browser of another user is refused' : `A browser of user ${user} is refused`;
  const uid = user === null ? 'UID' : String(user);
  return `Warning: only connections from root are accepted.\n${who};\nto allow it, end procmap and run:\n  ${serve} --peer-uid=${uid}${user === null ? "\n(UID: what 'id -u' prints for that user)" : ''}`;
}

/** The web process died and was restarted with new keys. */
export function startedAgainText(link: string | null): string {
  const open = link === null ? '' : `  Open ${link}\n\n`;
  return `\nThe page was restarted: earlier links and sessions no longer work.\n\n${open}`;
}
