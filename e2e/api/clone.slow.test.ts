import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Clone } from './clone.ts';

const canMount = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;
/** Includes the build, and copying the files that npm would fetch. Seen: 20 s. */
const TIME_LIMIT_MS = 300_000;

/** In the order of a user's first hour. Each test continues where the previous one ended. */
describe.runIf(canMount)('a fresh clone of a user with umask 002, in a home of mode 0700', { timeout: TIME_LIMIT_MS }, () => {
  let clone: Clone;
  beforeAll(() => {
    clone = new Clone();
  }, TIME_LIMIT_MS);
  afterAll(() => clone.dispose());

  it('is refused before anything is fetched where others can change it, with the command that mends it', async () => {
    chmodSync(join(clone.root, 'server'), 0o777);
    const { status, stdout, stderr } = await clone.bySudo('make run');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr.split('\n')[0]).toBe(
      `procmap: users other than root and clone-owner can write to ${clone.root}/server: sudo chmod -R go-w '${clone.root.replace("'", `'\\''`)}'; ` +
        `or insist: sudo make run ARGS=--unsafe-path`,
    );
    expect(clone.fetched).toEqual([]);
    chmodSync(join(clone.root, 'server'), 0o775);
  });

  it('is built by its owner and served by root, who leaves no files behind', async () => {
    expect(await clone.run('--port=0')).toMatch(/^http:\/\//);
    expect(clone.fetched).toEqual([
      expect.stringMatching(new RegExp(`^4321 ${clone.home} ci `)) as string,
      expect.stringMatching(new RegExp(`^4321 ${clone.home} ci .* --globalconfig=/dev/null$`)) as string,
    ]);
    expect(clone.strangers).toEqual([]);
  });

  it('is its owner’s to build on, test and clean, by sudo or not', async () => {
    expect(await clone.asUser('git checkout -q -b mine && touch server/src/main.ts && make build && make lkm KDIR=/none')).toMatchObject({
      stdout: 'procmap: building the daemon...\n',
      stderr: expect.stringContaining('no kernel headers in /none') as string,
    });
    expect((await clone.bySudo('touch /dev/null && make unit TEST=page.test')).status).toBe(0);
    expect(clone.strangers).toEqual([]);
    expect(await clone.bySudo('make clean')).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(join(clone.root, 'server/dist'))).toBe(false);
    expect(clone.strangers).toEqual([]);
  });

  it.each(['asUser', 'bySudo'] as const)('%s make says in one line what root left in it before, and how to take it back', async (how) => {
    mkdirSync(join(clone.root, 'server/dist'));
    writeFileSync(join(clone.root, 'server/dist/main.js'), '');
    const { status, stderr } = await clone[how]('make build');
    expect(status).toBe(2);
    const [line = '', ...more] = stderr.split('\n').filter((text) => !text.startsWith('make'));
    expect(more).toEqual(['']);
    expect(line).toMatch(/^procmap: server\/dist is root's, in your checkout; take it back: sudo chown -R 4321:4321 '/);
    spawnSync('sh', ['-c', line.split('sudo ').at(-1) ?? '']);
    expect(clone.strangers).toEqual([]);
    rmSync(join(clone.root, 'server/dist'), { recursive: true });
  });

  it('has nothing of its packages run by root', async () => {
    const log = join(clone.top, 'ran');
    const bin = join(clone.root, 'node_modules/.bin');
    const names = ['sh', 'id', 'stat', 'realpath', 'dpkg-query', 'uname', 'find'];
    writeFileSync(log, '', { mode: 0o666 });
    chmodSync(log, 0o666);
    for (const name of names) {
      writeFileSync(join(bin, name), `#!/bin/sh\n/usr/bin/id -u >>"${log}"\nexec /usr/bin/${name} "$@"\n`, { mode: 0o755 });
      chownSync(join(bin, name), 4321, 4321);
    }
    for (const goal of ['trusted', 'unload', 'build', 'quick-test-packages']) await clone.bySudo(`make ${goal}`);
    const uids = new Set(readFileSync(log, 'utf8').trimEnd().split('\n'));
    for (const name of names) rmSync(join(bin, name));
    // The owner's own make does run them.
    expect([...uids]).toEqual(['4321']);
  });

  it('runs without root’s terminal what its packages bring', async () => {
    const { status, stdout } = await clone.bySudo(
      `script -qec "sh .toolchain/checkout/as-owner.sh sh -c 'id -u; (: </dev/tty) 2>/dev/null && echo terminal; exit 7'" /dev/null`,
    );
    expect([status, stdout.trim()]).toEqual([7, '4321']);
  });

  it('of another user is refused', async () => {
    const { status, stderr } = await clone.bySudo('SUDO_UID=77 make build');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^procmap: .*proc map belongs to clone-owner, not to root or uid 77: let clone-owner run this/);
  });

  it('is its owner’s to delete', async () => {
    expect(await clone.asUser('rm -rf "$PWD"/* "$PWD"/.[a-z]*')).toMatchObject({ status: 0, stderr: '' });
  });
});
