import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OwnStatus } from '../../common/own-status.ts';
import { privilegeFault, WEB_UID } from './drop.ts';

const DROP = join(import.meta.dirname, './drop.ts');
const NOTHING_LEFT: OwnStatus = {
  uids: [WEB_UID, WEB_UID, WEB_UID, WEB_UID],
  gids: [WEB_UID, WEB_UID, WEB_UID, WEB_UID],
  groups: [],
  effective: [],
  permitted: [],
  bounding: ['sys_admin'],
  ambient: [],
  noNewPrivileges: true,
};

describe('a web process that root started', () => {
  it('serves if it has no rights left', () => expect(privilegeFault(NOTHING_LEFT)).toBeNull());

  it.each<[Partial<OwnStatus>, string]>([
    [{ noNewPrivileges: false }, 'NoNewPrivs is not set'],
    [{ uids: [0, 0, 0, 0] }, 'runs as uid 0 0 0 0'],
    // A saved uid is a way back.
    [{ uids: [WEB_UID, WEB_UID, 0, WEB_UID] }, 'not 65532'],
    [{ uids: [WEB_UID, WEB_UID, WEB_UID, 0] }, 'not 65532'],
    [{ uids: [65_534, 65_534, 65_534, 65_534] }, 'not 65532'],
    [{ gids: [WEB_UID, WEB_UID, 0, WEB_UID] }, 'runs as gid 65532 65532 0 65532'],
    [{ groups: [0] }, 'is in the groups 0'],
    [{ effective: ['sys_ptrace'] }, 'could use sys_ptrace'],
    [{ permitted: ['sys_ptrace', 'syslog'] }, 'could take sys_ptrace syslog'],
  ])('does not with %j', (left, words) => expect(privilegeFault({ ...NOTHING_LEFT, ...left })).toContain(words));

  it('that keeps its user only serves without any capability', () => {
    const root: OwnStatus = { ...NOTHING_LEFT, uids: [0, 0, 0, 0], gids: [0, 0, 0, 0], groups: [0, 27] };
    expect(privilegeFault(root, null)).toBeNull();
    expect(privilegeFault({ ...root, permitted: ['CAP_CHOWN'] }, null)).toBe('could take CAP_CHOWN');
    expect(privilegeFault({ ...root, noNewPrivileges: false }, null)).toBe('NoNewPrivs is not set');
  });

  const run = (prefix: readonly string[]): string => {
    const script = `import { assertDropped, dropRoot } from ${JSON.stringify(DROP)}; dropRoot(); assertDropped(); console.log('dropped')`;
    const [command = '', ...args]: string[] = [...prefix, process.execPath, '--input-type=module', '-e', script];
    const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    return stdout + stderr;
  };

  it.runIf(process.getuid?.() === 0)('drops everything, and finds out by itself when it could regain it', () => {
    expect(run(['setpriv', '--no-new-privs', '--groups=4'])).toBe('dropped\n');
    expect(run([])).toContain('NoNewPrivs is not set');
  });
});
