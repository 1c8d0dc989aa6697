import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { quote } from './launcher.ts';
import { reachableHost } from '../../common/link.ts';

/** Names that need no quotes in a command. */
const NAME = /^[A-Za-z0-9_][\w.-]*$/;

/**
 * The ssh command that forwards the link's address on another machine to this one. `uid`: the user who logs in here.
 */
export function sshCommand(host: string, port: number, socket: string | null, uid: number): string {
  const at = reachableHost(host);
  // The link has the same address on the other machine.
  const bind = at === '127.0.0.1' || at === 'localhost' || at === '[::1]' ? '' : `${at}:`;
  const user = loginName(uid);
  const name = hostname();
  return `ssh -L ${quote(`${bind}${port}:${socket ?? `${at}:${port}`}`)} ${user === null ? '' : `${user}@`}${NAME.test(name) ? name : 'HOST'}`;
}

function loginName(uid: number): string | null {
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((each) => each.split(':')[2] === String(uid));
    const name = line?.split(':')[0] ?? '';
    return NAME.test(name) ? name : null;
  } catch {
    return null;
  }
}
