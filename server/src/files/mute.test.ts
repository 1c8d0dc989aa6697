import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAddress } from '@procmap/shared/page.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { ReaderClient } from '../../test/reader-client.ts';
import { useFixtures } from '../../test/use-fixtures.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) {
    // The mount remains after its server was killed or has stopped answering.
    spawnSync('umount', ['-l', join(folder, 'on')]);
    rmSync(folder, { recursive: true });
  }
});

// Registered first: these end first, and with them the file system, which would block access to the folder.
const startFixture = useFixtures();

/** Mounting needs root, and a kernel with FUSE. */
function canMount(): boolean {
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK);
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

function startOf(pid: number, part: string): number {
  const line = readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .find((each) => each.includes(part));
  return parseAddress(line?.split('-')[0] ?? '')?.page ?? -1;
}

/** A process from another file system that maps a file on our own. */
async function start() {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'procmap-mute-'));
  folders.push(folder);
  const at = join(folder, 'on');
  mkdirSync(at);
  const server = await startFixture('mute', at, '/bin/cat');
  const { pid } = await startFixture('mapped', join(at, 'program'));
  const files = new ReaderClient({ script: join(import.meta.dirname, 'main.ts') });
  await files.ask({ op: 'hello' });
  const file = async (part: string) => (await files.ask({ op: 'file', pid, startPage: startOf(pid, part) })).head;
  const program = async () => (await files.ask({ op: 'program', pid })).head;
  return { server, pid, files, file, program };
}

describe.runIf(canMount())('a file system that does not answer', () => {
  it('only affects its own file, and the program on another file system is read', async () => {
    const { server, pid, files, file, program } = await start();
    expect(await file('/on/program')).toMatchObject({ file: { state: 'same' } });
    await server.command('mute');
    const unanswered = { status: 'file', file: { state: 'unknown', reason: 'its file system (fuse.mute) does not answer' } };
    expect(await file('/on/program')).toMatchObject(unanswered);
    expect(await program()).toMatchObject({ status: 'program', program: { pid, exe: expect.stringMatching(/\/mapped$/) as string } });
    // That answer did not come from the file system, which is not accessed again.
    const began = performance.now();
    expect(await file('/on/program')).toMatchObject(unanswered);
    expect(performance.now() - began).toBeLessThan(900);
    expect(await file('/mapped')).toMatchObject({
      file: { state: 'unknown', reason: 'not checked while the file system (fuse.mute) of another mapping of this process does not answer' },
    });
    // Like a files process that replaces a held one.
    const next = new ReaderClient({ script: join(import.meta.dirname, 'main.ts') });
    next.tell({ op: 'avoid', pids: [pid], times: [1] });
    expect((await next.ask({ op: 'program', pid })).head).toMatchObject({
      error: 'stalled',
      message: `files of process ${pid} are not opened for now: an earlier attempt got no answer; procmap tries again`,
    });
    await next.stop();
    await server.stop();
    await files.stop();
  });

  it('whose server has ended is reported in words', async () => {
    const { server, files, file } = await start();
    process.kill(server.pid, 'SIGKILL');
    await expect
      .poll(() => file('/on/program'), { timeout: 10_000 })
      .toMatchObject({ file: { state: 'unknown', reason: 'its path cannot be followed: the server of its file system has ended' } });
    await files.stop();
  });
});
