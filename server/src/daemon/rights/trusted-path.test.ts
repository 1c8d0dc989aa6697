import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sudoUid, type Trust, writableByOthers } from './trusted-path.ts';

const SCRIPTS = join(import.meta.dirname, '../../../../.toolchain/checkout');
const UID = 1234;
const GID = 1235;
const SUDO: Trust = { uid: UID, gid: GID };
const NOBODY: Trust = { uid: null, gid: null };

describe.runIf(process.getuid?.() === 0)('as root', () => {
  /** A folder of root, with the parent folder of the checkout in it. */
  let top: string;
  let above: string;
  let checkout: string;
  let dist: string;
  let script: string;

  beforeEach(() => {
    top = realpathSync(mkdtempSync('/root/procmap-path-'));
    above = join(top, 'above');
    checkout = join(above, 'it’s "mine"');
    dist = join(checkout, 'server', 'dist');
    script = join(dist, 'main.js');
    mkdirSync(dist, { recursive: true, mode: 0o755 });
    writeFileSync(script, '', { mode: 0o644 });
    // The test sets its group.
    cpSync(SCRIPTS, join(top, 'checkout'), { recursive: true });
    writeFileSync(join(top, 'checkout', 'own-group.sh'), `echo ${GID}`);
  });

  afterEach(() => rmSync(top, { recursive: true }));

  /** The answers of both checks: the daemon's and, before anything is built, the script's. */
  function look(trust: Trust): { daemon: string | null; make: string } {
    const env = { PATH: process.env['PATH'], ...(trust.uid === null ? {} : { SUDO_UID: String(trust.uid) }) };
    const { status, stdout, stderr } = spawnSync('sh', [join(top, 'checkout', 'writable.sh'), checkout], { env, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(stdout === '' ? 0 : 1);
    return { daemon: writableByOthers([dist], trust), make: stdout };
  }

  const give = (path: string): void => chownSync(path, UID, GID);
  const giveAll = (): void => {
    for (const path of [above, checkout, join(checkout, 'server'), dist, script]) give(path);
  };
  const open = (mode: number, ...paths: readonly string[]): void => {
    for (const path of paths) chmodSync(path, mode);
  };
  /**
   * Lets user 1 write what its group cannot. Uses the kernel's format of an access control list, since setfacl(1) may
   * be missing.
   */
  const setAcl = (path: string): void => {
    const entries = [
      [0x01, 7, 0xffffffff],
      [0x02, 7, 1],
      [0x04, 5, 0xffffffff],
      [0x10, 7, 0xffffffff],
      [0x20, 5, 0xffffffff],
    ] as const;
    const acl = Buffer.alloc(4 + entries.length * 8);
    acl.writeUInt32LE(2);
    for (const [i, [tag, perm, id]] of entries.entries()) {
      acl.writeUInt16LE(tag, 4 + i * 8);
      acl.writeUInt16LE(perm, 6 + i * 8);
      acl.writeUInt32LE(id, 8 + i * 8);
    }
    const number = process.arch === 'x64' ? 188 : 5;
    const call = `$n = 'system.posix_acl_access'; $v = pack('H*', $ARGV[1]); syscall(${number}, $ARGV[0], $n, $v, length $v, 0) == 0 or die "setxattr: $!"`;
    const { stderr } = spawnSync('perl', ['-e', call, path, acl.toString('hex')], { encoding: 'utf8' });
    expect(stderr).toBe('');
  };

  it.each<[string, () => void, Trust]>([
    ['what only root can write', () => undefined, NOBODY],
    ['what is of the one who called sudo', giveAll, SUDO],
    [
      'a file writable by the caller’s own group',
      () => {
        giveAll();
        open(0o775, above, checkout, dist);
        open(0o664, script);
      },
      SUDO,
    ],
    ['a sticky folder above', () => open(0o1777, above), NOBODY],
    [
      'a file of the caller in a sticky folder of root',
      () => {
        open(0o1777, above);
        giveAll();
        chownSync(above, 0, 0);
      },
      SUDO,
    ],
    ['a link, which has no mode of its own', () => symlinkSync('main.js', join(dist, 'link.js')), NOBODY],
  ])('trusts %s', (_title, prepare, trust) => {
    prepare();
    expect(look(trust)).toEqual({ daemon: null, make: '' });
  });

  const quoted = (path: string): string => `'${path}'`;
  const chmodAll = (): string => `chmod -R go-w ${quoted(checkout)}`;
  it.each<[string, () => void, () => string, Trust, () => string]>([
    ['a script that all can write', () => open(0o666, script), () => script, NOBODY, chmodAll],
    ['a script that its group can write', () => open(0o664, script), () => script, NOBODY, chmodAll],
    ['a script of somebody else', () => give(script), () => script, NOBODY, () => `chown -R root: ${quoted(checkout)}`],
    ['a folder of somebody else', () => give(dist), () => dist, { uid: 1, gid: null }, () => `sudo chown -R root: ${quoted(checkout)}`],
    ['a folder above of somebody else', () => give(above), () => above, NOBODY, () => `git clone ${quoted(checkout)} ~/procmap`],
    ['a folder above that all can write', () => open(0o777, above), () => above, NOBODY, () => `chmod go-w ${quoted(above)}`],
    ['a sticky folder that has the scripts in it', () => open(0o1777, dist), () => dist, NOBODY, chmodAll],
    [
      'a file writable by a group with other members',
      () => {
        giveAll();
        chownSync(script, UID, 100);
        open(0o664, script);
      },
      () => script,
      SUDO,
      () => `sudo ${chmodAll()}`,
    ],
    [
      'a file writable by others through an access control list',
      () => {
        giveAll();
        setAcl(script);
      },
      () => script,
      SUDO,
      () => `sudo ${chmodAll()}`,
    ],
    [
      'a parent folder writable by others through an access control list',
      () => {
        giveAll();
        setAcl(above);
      },
      () => above,
      SUDO,
      () => `sudo chmod go-w ${quoted(above)}`,
    ],
  ])('finds %s, and make says what mends it', (_title, spoil, found, trust, command) => {
    spoil();
    const { daemon, make } = look(trust);
    expect(daemon).toBe(found());
    expect(make).toContain(found());
    expect(make.trimEnd().endsWith(`: ${command()}`)).toBe(true);
  });

  it('for a clone with hard links make says to clone again: taking its files would take those of the other checkout', () => {
    const objects = join(checkout, '.git', 'objects', '00');
    mkdirSync(objects, { recursive: true });
    const object = join(objects, 'one');
    writeFileSync(object, '');
    give(object);
    expect(look(NOBODY).make).toMatch(/ chown -R root: /);
    linkSync(object, join(top, 'other'));
    expect(look(NOBODY).make).toMatch(/: clone anew: git clone --no-hardlinks\n$/);
  });

  it('make’s command mends it, whatever the folder is called', () => {
    checkout = join(above, "it's $(mine)");
    mkdirSync(checkout);
    writeFileSync(join(checkout, 'script'), '');
    chmodSync(join(checkout, 'script'), 0o666);
    spawnSync('sh', ['-c', look(NOBODY).make.split(': ').at(-1) ?? '']);
    expect(look(NOBODY).make).toBe('');
  });

  it('accepts only valid uids in SUDO_UID', () => {
    for (const [uid, heard] of [
      ['1000', 1000],
      ['4294967295', null],
      ['-1', null],
      ['', null],
    ] as const) {
      vi.stubEnv('SUDO_UID', uid);
      expect(sudoUid()).toBe(heard);
    }
    vi.unstubAllEnvs();
  });
});
