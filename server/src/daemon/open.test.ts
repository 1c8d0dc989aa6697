import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { otherUser } from '../../test/other-user.ts';
import { ARGS, Daemons, ROOT, until } from './daemons.fixture.ts';

const daemons = new Daemons();

// As an unprivileged user, so that daemons of root on this machine do not answer.
describe.skipIf(ROOT && otherUser === null)('open', () => {
  const OPEN = `import { open } from ${JSON.stringify(join(import.meta.dirname, './open.ts'))};
    const [port] = process.argv.slice(1);
    try { await open({ verb: 'open', port: port === undefined ? null : Number(port), socket: null }, '/srv/procmap/server/dist'); }
    catch (error) { process.stderr.write(error.message); process.exitCode = error.exitStatus; }`;
  // A daemon of root may run on this machine beside the tests.
  const NONE =
    /^(?:no daemon is running; start one with: \/srv\/procmap\/server\/bin\/procmap serve|root's procmap is running; for a link of it run: sudo \/srv\/procmap\/server\/bin\/procmap open)$/;
  const prefix = otherUser ?? [];
  let runtime: string;

  beforeAll(() => {
    runtime = mkdtempSync(join(tmpdir(), 'procmap-run-'));
    if (otherUser !== null) execFileSync('chown', ['-R', '1234:1234', runtime, join(daemons.dist, '..', '..')]);
  });

  afterAll(() => {
    rmSync(runtime, { recursive: true });
    if (otherUser !== null) execFileSync('chown', ['-R', '0:0', join(daemons.dist, '..', '..')]);
  });

  function open(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    const [command = '', ...rest] = [...prefix, process.execPath, '--input-type=module', '-e', OPEN, ...args];
    return spawnSync(command, rest, { env: { XDG_RUNTIME_DIR: runtime }, encoding: 'utf8' });
  }

  it('prints a fresh link of the daemon that runs, asks which when there are two, and says when there is none', async () => {
    expect(open()).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(NONE) as string,
    });
    const one = daemons.start(ARGS, { XDG_RUNTIME_DIR: runtime }, prefix);
    const [link = ''] = await one.lines(1);
    await until(() => existsSync(join(runtime, 'procmap')) && readdirSync(join(runtime, 'procmap')).length === 1, 2000);
    expect(open()).toMatchObject({ status: 0, stdout: `${link.replace('key-1-', 'key-2-')}\n` });

    const two = daemons.start(ARGS, { XDG_RUNTIME_DIR: runtime }, prefix);
    const port = new URL((await two.lines(1))[0] ?? '').port;
    await until(() => readdirSync(join(runtime, 'procmap')).length === 2, 2000);
    expect(open()).toMatchObject({ status: 1, stderr: expect.stringContaining('--port=N') as string });
    expect(open(port).stdout).toContain(`:${port}/`);

    await two.stop();
    await one.stop('SIGKILL');
    // One removed its socket, the other could not and left a stale one.
    expect(readdirSync(join(runtime, 'procmap'))).toHaveLength(1);
    expect(open()).toMatchObject({ status: 1, stderr: expect.stringMatching(NONE) as string });
  });

  it('does not trust a folder that others can enter', () => {
    execFileSync('chmod', ['755', join(runtime, 'procmap')]);
    // A port that no daemon of root uses either.
    expect(open('1')).toMatchObject({ status: 1, stderr: expect.stringContaining('is open to others') as string });
  });
});
