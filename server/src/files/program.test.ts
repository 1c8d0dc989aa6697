import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, realpathSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nameCount, nameKey } from '@procmap/shared/text/names.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FakeProc } from '../../test/fake-proc.ts';
import { otherUser } from '../../test/other-user.ts';
import { ReaderClient } from '../../test/reader-client.ts';
import { useFixtures } from '../../test/use-fixtures.ts';
import { readProgram } from './program.ts';
import { parseStat } from '../reader/procfs/process/stat.ts';

const folder = mkdtempSync(join(realpathSync(tmpdir()), 'procmap-program-'));
const FILES = join(import.meta.dirname, 'main.ts');
const children: ChildProcess[] = [];
const startFixture = useFixtures();
let reader: ReaderClient;
/** Described like /bin/true: all programs of the system are linked alike. */
let dynamic: { exe_type: string; interpreter: string };

beforeAll(async () => {
  reader = new ReaderClient({ script: FILES });
  const { exe_type, interpreter } = await readProgram(process.pid);
  dynamic = { exe_type: exe_type.replace('at a fixed address', 'position-independent'), interpreter };
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

afterAll(async () => {
  await reader.stop();
  // Node's own function uses complete paths.
  execFileSync('rm', ['-rf', folder]);
});

/** A cat that waits for input. It has started when it has answered. */
async function startCat(file: Buffer | string, args: readonly string[] = []): Promise<number> {
  const child = spawn(file.toString('latin1'), args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  child.stdin.write('up\n');
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

const answer = async (pid: number, from = reader) => (await from.ask({ op: 'program', pid })).head;

describe('the program of a process', () => {
  it('has the path of its file, its type, and the linker that it requests', async () => {
    const pid = await startCat('/bin/cat');
    expect(await readProgram(pid)).toEqual({ pid, exe: realpathSync('/bin/cat'), ...dynamic });
    expect(dynamic.interpreter).toMatch(/^\/lib.*\/ld-linux.*\.so\.[0-9]$/);
  });

  it('that is linked statically asks for no linker', async () => {
    const { pid } = await startFixture('resident');
    const program = await readProgram(pid);
    expect(program).toMatchObject({ exe: expect.stringMatching(/\/e2e\/fixtures\/bin\/resident$/) as string, interpreter: '' });
    expect(program.exe_type).toMatch(/^ELF 64-bit, .*, at a fixed address, statically linked$/);
  });

  it('whose path is too long for the kernel to tell is reported as such, and everything else goes on', async () => {
    // open(2) accepts no longer path as a whole, but step by step there is no limit.
    const deep = 'mkdir "d" x 250 and chdir "d" x 250 or die $! for 1 .. 20; system("cp", "/bin/cat", "cat") == 0 or die; exec "./cat"';
    const child = spawn('perl', ['-e', deep], { stdio: ['pipe', 'pipe', 'inherit'], cwd: folder });
    children.push(child);
    child.stdin.write('up\n');
    await once(child.stdout, 'data');
    const pid = child.pid ?? 0;
    expect(await readProgram(pid)).toEqual({ pid, exe: '(a path of more than 4,096 bytes)', ...dynamic });
    expect(await answer(pid)).toMatchObject({ status: 'program', program: { exe_type: dynamic.exe_type } });
    const maps = new ReaderClient();
    const { table } = await maps.map(pid);
    const names = Array.from({ length: nameCount(table.names) }, (_, i) => nameKey(table.names, i));
    expect(names.find((name) => name.endsWith('/cat'))?.length).toBeGreaterThan(20 * 250);
    const { head } = await maps.ask({ op: 'processes' });
    const row = head.status === 'processes' ? head.processes.find((each) => each.pid === pid) : undefined;
    expect(row).toMatchObject({ comm: 'cat', program: 'cat', readable: true, answering: true });
    await maps.stop();
  });

  it('that was deleted is reported as deleted, and still read', async () => {
    const file = join(folder, 'deleted');
    copyFileSync('/bin/cat', file);
    const pid = await startCat(file);
    unlinkSync(file);
    expect(await readProgram(pid)).toEqual({ pid, exe: `${file} (deleted)`, ...dynamic });
  });

  it('is the one that was started, even if its name belongs to another file by now', async () => {
    const file = join(folder, 'replaced');
    copyFileSync('/bin/cat', file);
    const pid = await startCat(file);
    writeFileSync(`${file}.new`, '#!/bin/sh\n');
    renameSync(`${file}.new`, file);
    expect(await readProgram(pid)).toEqual({ pid, exe: `${file} (deleted)`, ...dynamic });
  });

  it('of a script is the interpreter', async () => {
    const file = join(folder, 'script');
    writeFileSync(file, '#!/bin/sh\nread line\necho $line\nread line\n', { mode: 0o755 });
    expect(await readProgram(await startCat(file))).toMatchObject({ exe: realpathSync('/bin/sh'), ...dynamic });
  });

  it('with a hostile name is shown with it escaped', async () => {
    const file = `${folder}/x\x1b[31m\t"<b>`;
    copyFileSync('/bin/cat', file);
    expect((await readProgram(await startCat(file))).exe).toBe(`${folder}/x\\x1b[31m\\t"<b>`);
  });

  it('is the new one after exec', async () => {
    const pid = await startCat('/bin/sh', ['-c', 'exec cat']);
    expect((await readProgram(pid)).exe).toBe(realpathSync('/bin/cat'));
  });
});

describe('the process files, asked for it,', () => {
  it('reports an unused process id as not found', async () => expect(await answer(4_194_304)).toMatchObject({ status: 'error', error: 'not_found' }));

  it('tells a zombie from a process that is not there, as for its map', async () => {
    const zombie = await startFixture('zombie');
    expect(await answer(Number(zombie.ready[1]))).toMatchObject({ status: 'error', error: 'zombie' });
  });

  it('tells a kernel thread from a process that is not there, as for its map', async ({ skip }) => {
    const thread = readdirSync('/proc').find((name) => /^[0-9]+$/.test(name) && isKernelThread(name));
    skip(thread === undefined, 'no kernel thread can be seen here: a pid namespace hides them');
    expect(await answer(Number(thread))).toMatchObject({ status: 'error', error: 'kernel_thread' });
  });

  it('finds it through another thread when the first one has ended, like the map', async () => {
    const fixture = await startFixture('known');
    expect(await fixture.command('leave')).toBe('left');
    expect(await answer(fixture.pid)).toMatchObject({ status: 'program', program: { pid: fixture.pid, exe: expect.stringMatching(/\/known$/) as string } });
  });

  it.skipIf(otherUser === null)('says of another user’s process that it may not, and what to do', async () => {
    const other = new ReaderClient({ script: FILES, prefix: otherUser ?? [] });
    expect(await answer(process.pid, other)).toMatchObject({ status: 'error', error: 'no_permission', message: expect.stringContaining('sudo') as string });
    expect(await answer(other.process.pid ?? 0, other)).toMatchObject({ status: 'program', program: { exe: realpathSync(process.execPath) } });
    await other.stop();
  });

  it('returns only the link if the file is gone, or is not a program', async () => {
    const proc = new FakeProc();
    const fake = new ReaderClient({ script: FILES, procRoot: proc.root });
    const text = join(folder, 'text');
    writeFileSync(text, 'hello');
    for (const [pid, target, type] of [
      [10, join(folder, 'none'), ''],
      [11, text, 'not an ELF program'],
      [12, folder, ''],
    ] as const) {
      proc.write(pid, {});
      proc.exe(pid, target);
      expect(await answer(pid, fake)).toMatchObject({ status: 'program', program: { pid, exe: target, exe_type: type, interpreter: '' } });
    }
    await fake.stop();
    proc.dispose();
  });

  it('shows the name of a linker escaped, up to its end', async () => {
    const proc = new FakeProc();
    const fake = new ReaderClient({ script: FILES, procRoot: proc.root });
    const bytes = readFileSync('/bin/true');
    const at = bytes.indexOf('/lib');
    bytes.write('/l\x1b\xff\0', at, 'latin1');
    const file = join(folder, 'linker');
    writeFileSync(file, bytes);
    proc.write(13, {});
    proc.exe(13, file);
    expect(await answer(13, fake)).toMatchObject({ program: { exe: file, interpreter: '/l\\x1b\\xff' } });
    await fake.stop();
    proc.dispose();
  });
});

function isKernelThread(name: string): boolean {
  try {
    return parseStat(readFileSync(`/proc/${name}/stat`))?.kernelThread === true;
  } catch {
    return false;
  }
}

describe('the files process', () => {
  it('is held by an unresponsive one for a second, and answers about others meanwhile', async () => {
    const proc = new FakeProc();
    for (const pid of [20, 21]) {
      proc.write(pid, {});
      proc.exe(pid, '/bin/cat');
    }
    proc.block(20, 'stat');
    const files = new ReaderClient({ script: FILES, procRoot: proc.root });
    await files.ask({ op: 'hello' });
    const held = answer(20, files);
    expect(await answer(21, files)).toMatchObject({ status: 'program', program: { exe: '/bin/cat' } });
    expect(await held).toMatchObject({ status: 'error', error: 'stalled', message: expect.stringContaining('process 20 does not answer') as string });
    // At once this time: being held takes a second.
    const began = performance.now();
    expect(await answer(20, files)).toMatchObject({ error: 'stalled' });
    expect(performance.now() - began).toBeLessThan(900);
    proc.block(21, 'stat');
    await answer(21, files);
    // It reports which processes to leave alone before it asks to be replaced.
    await expect.poll(() => files.said.map(({ status }) => status)).toEqual(['not-answering', 'not-answering', 'worn']);
    files.process.kill('SIGKILL');
    await files.stop();
    proc.dispose();
  });

  it('does not wait for a program that is a FIFO, and answers nothing but its own', async () => {
    const proc = new FakeProc();
    proc.write(22, {});
    proc.block(22, 'fifo');
    proc.exe(22, proc.path(22, 'fifo'));
    const files = new ReaderClient({ script: FILES, procRoot: proc.root });
    expect(await answer(22, files)).toMatchObject({ status: 'program', program: { exe: proc.path(22, 'fifo'), exe_type: '' } });
    for (const request of [{ op: 'map', pid: 22, etag: null }, { op: 'processes' }, { op: 'program', pid: 0 }])
      expect((await files.ask(request)).head).toMatchObject({ status: 'error', error: 'bad_request' });
    await files.stop();
    proc.dispose();
  });
});
