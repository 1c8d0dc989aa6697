import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { quote } from './launcher.ts';
import { reachableHost } from '../../common/link.ts';

/** What a name must be like to stand in a command unquoted. */
const NAME = /^[A-Za-z0-9_][\w.-]*$/;

/** The ssh command that makes the link lead here from another machine. `uid`: who logs in there. */
export function sshCommand(host: string, port: number, socket: string | null, uid: number): string {
  const at = reachableHost(host);
  // The link names that address on the other machine too.
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
