import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FULL_STANDING } from '../../../test/guest-kernel.ts';
import { PLAIN_COMMANDS } from '../../common/commands.ts';
import { ancestorsOf, isBySsh, userBefore } from './ancestors.ts';
import { hasDisplay } from './display.ts';
import { hiddenText } from './hidden-text.ts';
import { sshCommand } from './forwarding.ts';
import { isRoots, listenersIn } from './port-holder.ts';
import { startText } from './start-text.ts';

const USER = { ...FULL_STANDING, root: false, effective: [] };
const START = { version: '1', link: 'http://x/#k=K', commands: PLAIN_COMMANDS, forward: null, bySsh: false, elsewhere: false, hidden: null, onlyRoot: null };

it('the text at the start has what this user needs, in 80 columns', () => {
  expect(startText(START)).toBe(
    '\nprocmap 1 is running. Ctrl-C ends it.\n\n  Open http://x/#k=K\n\nThe link works once, within five minutes. For another one, in another terminal:\n  procmap open\n\n',
  );
  const all = startText({
    ...START,
    forward: 'ssh -L 1:127.0.0.1:1 box',
    bySsh: true,
    elsewhere: true,
    hidden: hiddenText(USER, 'sudo procmap serve'),
    onlyRoot: { user: 1000 },
  });
  expect(all).toContain('on your own machine:\n  ssh -L 1:127.0.0.1:1 box\n');
  expect(all).toContain('A browser of user 1000 is refused;\nto allow it, end procmap and run:\n  procmap serve --peer-uid=1000\n');
  expect(all).toContain('\n\nFrom another machine, put the address of this machine into the link.\n\n');
  expect(all).toContain('Without root, only your own processes can be read. To see all of them,\nend procmap and run:\n  sudo procmap serve\n');
  expect(startText({ ...START, link: null })).not.toContain('Open');
  expect(startText({ ...START, forward: 'ssh x' })).toContain('on another machine?');
  for (const line of all.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

it('says what cannot be read, and what helps', () => {
  expect(hiddenText(FULL_STANDING, '')).toBeNull();
  const container = { ...FULL_STANDING, container: true, effective: ['CAP_SYSLOG'] };
  expect(hiddenText(container, '')).toMatch(/^CAP_SYS_PTRACE is missing, so .* start the container with --cap-add SYS_PTRACE\.$/);
});

it('the tunnel ends where the daemon listens, and begins where the link leads', () => {
  const target = (host: string, socket: string | null = null): string => sshCommand(host, 9, socket, 0).split(' ')[2] ?? '';
  expect(['127.0.0.1', 'localhost', '127.0.0.2', '0.0.0.0'].map((host) => target(host))).toEqual([
    '9:127.0.0.1:9',
    '9:localhost:9',
    '127.0.0.2:9:127.0.0.2:9',
    '9:127.0.0.1:9',
  ]);
  expect(target('::1')).toBe("'9:[::1]:9'");
  expect(target('127.0.0.1', '/run/p')).toBe('9:/run/p');
});

it('ancestors are found by their pids, to the first that cannot be seen', () => {
  const proc = mkdtempSync(join(tmpdir(), 'procmap-proc-'));
  const add = (pid: number, name: string, ppid: number, uid: number): void => {
    mkdirSync(join(proc, String(pid)));
    writeFileSync(join(proc, String(pid), 'status'), `Name:\t${name}\nPid:\t${pid}\nPPid:\t${ppid}\nUid:\t${uid}\t0\t0\t0\n`);
  };
  add(9, 'procmap', 8, 0);
  add(8, 'su', 7, 0);
  add(7, 'bash', 6, 1000);
  add(6, 'sshd-session', 5, 1000);
  add(5, 'sshd', 1, 0);
  const ancestors = ancestorsOf(9, proc);
  expect(ancestors.map(({ comm }) => comm)).toEqual(['su', 'bash', 'sshd-session', 'sshd']);
  expect([isBySsh(ancestors), isBySsh(ancestors.slice(0, 2)), userBefore(ancestors), userBefore([])]).toEqual([true, false, 1000, null]);
  add(4, 'loop', 4, 0);
  expect(ancestorsOf(4, proc).length).toBeLessThan(100);
  // The real ones.
  expect(ancestorsOf(process.pid).length).toBeGreaterThan(0);
  rmSync(proc, { recursive: true });
});

it('a display is there where one of its sockets is', () => {
  const root = mkdtempSync(join(tmpdir(), 'procmap-display-'));
  expect(hasDisplay(root)).toBe(false);
  mkdirSync(join(root, 'tmp', '.X11-unix'), { recursive: true });
  mkdirSync(join(root, 'run', 'user', '1000'), { recursive: true });
  expect(hasDisplay(root)).toBe(false);
  writeFileSync(join(root, 'run', 'user', '1000', 'wayland-0'), '');
  expect(hasDisplay(root)).toBe(true);
  rmSync(join(root, 'run'), { recursive: true });
  writeFileSync(join(root, 'tmp', '.X11-unix', 'X0'), '');
  expect(hasDisplay(root)).toBe(true);
  rmSync(root, { recursive: true });
});

it('listeners are read from the kernel’s table', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:21C2 00000000:0000 0A 00000000:00000000 00:00000000 00000000 65532        0 1 1
   1: 0100007F:21C2 0100007F:1234 01 00000000:00000000 00:00000000 00000000  1000        0 2 1
   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 3 1
`;
  expect(listenersIn([table, ''])).toEqual([
    { port: 8642, uid: 65_532 },
    { port: 80, uid: 1000 },
  ]);
  expect(listenersIn([table]).map(isRoots)).toEqual([true, false]);
});
