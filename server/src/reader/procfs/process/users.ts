import { readFileSync, statSync } from 'node:fs';
import { escapeText } from '@procmap/shared/text/escape.ts';

const PASSWD = '/etc/passwd';

let readAtMs = -1;
let nameOfUid = new Map<number, string>();
let checkedMs = -Infinity;
/** A list of processes asks for each of them. */
const CHECK_EVERY_MS = 1000;

/** Login name, visibly escaped, or the number where passwd(5) has none (a user of a container, of LDAP). */
export function userName(uid: number): string {
  if (performance.now() - checkedMs > CHECK_EVERY_MS) refresh();
  return nameOfUid.get(uid) ?? String(uid);
}

function refresh(): void {
  checkedMs = performance.now();
  const changedMs = statSync(PASSWD, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (changedMs === readAtMs) return;
  readAtMs = changedMs;
  nameOfUid = changedMs === 0 ? new Map<number, string>() : parsePasswd(readFileSync(PASSWD, 'utf8'));
}

/** The first name of a uid counts and a line that begins with `#` does not, as for getpwuid(3). */
export function parsePasswd(text: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name, , uid] = line.split(':');
    if (name === undefined || name === '' || name.startsWith('#') || uid === undefined || !/^\d+$/.test(uid)) continue;
    if (!names.has(Number(uid))) names.set(Number(uid), escapeText(name));
  }
  return names;
}
