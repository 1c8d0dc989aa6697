import { readFileSync } from 'node:fs';

interface Ancestor {
  readonly comm: string;
  /** Real uid. */
  readonly uid: number;
}

/** A longer chain is a loop, made by reused process ids. */
const MAX_ANCESTORS = 64;

/** The ancestors of a process, its parent first, as far as they can be read. `proc`: the folder of /proc. */
export function ancestorsOf(pid: number, proc = '/proc'): Ancestor[] {
  const ancestors: Ancestor[] = [];
  let at = statusOf(proc, pid)?.ppid ?? 0;
  while (at > 0 && ancestors.length < MAX_ANCESTORS) {
    const status = statusOf(proc, at);
    if (status === null) break;
    ancestors.push(status);
    at = status.ppid;
  }
  return ancestors;
}

function statusOf(proc: string, pid: number): (Ancestor & { readonly ppid: number }) | null {
  try {
    const text = readFileSync(`${proc}/${pid}/status`, 'latin1');
    const [, comm = ''] = /^Name:\t(.*)$/m.exec(text) ?? [];
    const [, ppid = '0'] = /^PPid:\t([0-9]+)$/m.exec(text) ?? [];
    const [, uid = '0'] = /^Uid:\t([0-9]+)\t/m.exec(text) ?? [];
    return { comm, uid: Number(uid), ppid: Number(ppid) };
  } catch {
    return null;
  }
}

/** OpenSSH up to 9.7, OpenSSH from 9.8 on, Dropbear. */
const SSH_SERVERS = new Set(['sshd', 'sshd-session', 'dropbear']);

/** True if the user came by ssh. The environment does not tell after sudo or su have cleaned it. */
export function isBySsh(ancestors: readonly Ancestor[]): boolean {
  return ancestors.some(({ comm }) => SSH_SERVERS.has(comm));
}

/** The user who became root in this session, for example by su; null: none. */
export function userBefore(ancestors: readonly Ancestor[]): number | null {
  return ancestors.find(({ uid }) => uid !== 0)?.uid ?? null;
}
