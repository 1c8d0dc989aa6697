import { expect } from 'vitest';
import { WITH_CHILD } from './container.ts';
import { Daemon } from './daemon.ts';
import { enter, fetchFrom } from './http.ts';
import { childWith, rightsOf, type SystemRights } from './rights.ts';

/** Capabilities that procmap's reader uses. */
export const READER_CAPABILITIES = ['dac_read_search', 'sys_ptrace', 'syslog'];
const READER_UID = 65_533;
const WEB_UID = 65_532;

/** In the daemon's spelling. */
export function titled(names: readonly string[]): string[] {
  return names.map((name) => `CAP_${name.toUpperCase()}`);
}

export interface FewRights {
  /** Prefix for the daemon's command. */
  readonly within: readonly string[];
  /** Subset of READER_CAPABILITIES. */
  readonly held: readonly string[];
  /** Both users that procmap runs as are available. */
  readonly otherUser: boolean;
}

export interface Seen {
  readonly system: SystemRights;
  /** The answer for a process with more rights outside of any namespace: this one. */
  readonly stranger: { readonly status: number; readonly message: string };
}

/** Starts the real daemon with few of root's rights, and checks what must hold with any rights. */
export async function serveWith(procmap: string, { within, held, otherUser }: FewRights): Promise<Seen> {
  const daemon = await Daemon.start({ procmap, within: [...within, ...WITH_CHILD] });
  try {
    await enter(daemon.link);
    expect((await fetchFrom(daemon.origin, '/')).headers.get('content-type')).toContain('text/html');
    expect((await daemon.get(`/api/processes/${childWith(daemon, 'sleep')}/map`)).status).toBe(200);
    const system = await daemon.json<SystemRights>('/api/system');
    const ptrace = held.includes('sys_ptrace');
    expect(rightsOf(childWith(daemon, 'web.js'))).toEqual({ uid: otherUser ? WEB_UID : 0, permitted: 0n, noNewPrivileges: true });
    expect(rightsOf(childWith(daemon, 'reader.js'))).toMatchObject({ uid: otherUser && ptrace ? READER_UID : 0, noNewPrivileges: true });
    if (ptrace) expect(new Set(system.capabilities)).toEqual(new Set(titled(held)));
    expect(system.notes.some((note) => note.includes('all run as uid 0'))).toBe(!otherUser);
    expect(daemon.log).not.toContain('started again');
    const stranger = await daemon.get(`/api/processes/${process.pid}/map`);
    const message = stranger.status === 200 ? '' : ((await stranger.json()) as { message: string }).message;
    return { system, stranger: { status: stranger.status, message } };
  } finally {
    expect(await daemon.stop()).toBe(0);
  }
}

/** Like serveWith(), in a container, where the missing rights follow from the held ones. */
export async function serveInContainer(procmap: string, few: FewRights): Promise<void> {
  const { system, stranger } = await serveWith(procmap, few);
  const ptrace = few.held.includes('sys_ptrace');
  // Without CAP_SYS_PTRACE, the reader still has CAP_DAC_OVERRIDE.
  const missing = ['sys_ptrace', 'syslog', 'dac_read_search'].filter((name) => !few.held.includes(name) && (name !== 'dac_read_search' || ptrace));
  expect(system.missing.map(({ capability }) => capability)).toEqual(titled(missing));
  expect(system.reads_all).toBe(ptrace);
  expect(stranger.status).toBe(ptrace ? 200 : 403);
  expect(stranger.message).not.toMatch(/run procmap as root/);
}
