import { readFileSync, statSync } from 'node:fs';
import { escapeText } from '@procmap/shared/text/escape.ts';

const PASSWD = '/etc/passwd';

let readAtMs = -1;
let nameOfUid = new Map<number, string>();
let checkedMs = -Infinity;
/** Needed because a process list asks for each process. */
const CHECK_EVERY_MS = 1000;

/** Login name, escaped; the uid if passwd(5) has no name for it (a user of a container or of LDAP). */
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

/** As in getpwuid(3), the first name of a uid wins, and lines that begin with `#` are ignored. */
export function parsePasswd(text: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name, , uid] = line.split(':');
    if (name === undefined || name === '' || name.startsWith('#') || uid === undefined || !/^\d+$/.test(uid)) continue;
    if (!names.has(Number(uid))) names.set(Number(uid), escapeText(name));
  }
  return names;
}
