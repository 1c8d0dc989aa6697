import type * as Fs from 'node:fs';
import { copyFileSync, cpSync, mkdirSync, opendirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAddress } from '@procmap/shared/page.ts';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { FakeProc } from '../../test/fake-proc.ts';

// The moment at which a thread ends cannot be chosen. Here, one ends just before a file of it is read.
const ending = vi.hoisted(() => ({ before: '', end: (): void => undefined }));
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof Fs>();
  const lookAt = (path: unknown): void => {
    if (ending.before === '' || typeof path !== 'string' || !path.endsWith(ending.before)) return;
    ending.before = '';
    ending.end();
  };
  const openSync = (...args: Parameters<typeof fs.openSync>): number => {
    lookAt(args[0]);
    return fs.openSync(...args);
  };
  const readlinkSync = (...args: Parameters<typeof fs.readlinkSync>): unknown => {
    lookAt(args[0]);
    return fs.readlinkSync(...args);
  };
  return { ...fs, openSync, readlinkSync };
});

const proc = new FakeProc();
vi.stubEnv('PROCMAP_PROC', proc.root);
const { readFileNow } = await import('./file-now.ts');
const { readProgram } = await import('./program.ts');

/** A process whose first thread has ended, and of whose other threads the first one found ends too. */
const PID = 80;
const THREADS = [81, 82];
let ends = 0;
const MAPS = readFileSync('/proc/self/maps', 'latin1');
const [NODE = ''] = MAPS.split('\n').filter((line) => line.endsWith(`/${process.execPath.split('/').at(-1) ?? ''}`));
const START = parseAddress(NODE.split('-')[0] ?? '')?.page ?? -1;

beforeEach(() => {
  rmSync(join(proc.root, String(PID)), { recursive: true, force: true });
  for (const thread of THREADS) {
    rmSync(join(proc.root, String(thread)), { recursive: true, force: true });
    proc.write(thread, { threads: 3, maps: MAPS });
    symlinkSync('/', proc.path(thread, 'root'));
    copyFileSync('/proc/self/mountinfo', proc.path(thread, 'mountinfo'));
    proc.exe(thread, process.execPath);
    mkdirSync(proc.path(thread, 'map_files'));
  }
  proc.write(PID, { state: 'Z', threads: 3 });
  writeFileSync(proc.path(PID, 'maps'), '');
  for (const thread of THREADS) cpSync(join(proc.root, String(thread)), proc.path(PID, `task/${thread}`), { recursive: true, verbatimSymlinks: true });
  ends = chosen();
  ending.end = () => {
    rmSync(join(proc.root, 'ended'), { recursive: true, force: true });
    rmSync(join(proc.root, String(ends)), { recursive: true });
    renameSync(proc.path(PID, `task/${ends}`), join(proc.root, 'ended'));
  };
});

/** The order of the folder decides which one is found first. */
function chosen(): number {
  const folder = opendirSync(proc.path(PID, 'task'));
  try {
    return Number(folder.readSync()?.name);
  } finally {
    folder.closeSync();
  }
}

afterAll(() => {
  vi.unstubAllEnvs();
  proc.dispose();
});

const now = () => readFileNow(PID, START, () => undefined);

it.each(['maps', 'mountinfo', 'root'])('a file at a path is found through another thread if the first choice ends before its %s is read', async (file) => {
  const told = await now();
  expect(told).toMatchObject({ state: 'same', elf_address: expect.stringMatching(/^0x/) as string });
  ending.before = `task/${ends}/${file}`;
  expect(await now()).toEqual(told);
  expect(ending.before).toBe('');
});

it('of a thread that ended before its root is entered nothing follows of the file', async () => {
  const told = await now();
  let looks = 0;
  const { end } = ending;
  // First it is read as a link.
  ending.before = `task/${ends}/root`;
  ending.end = () => {
    if (++looks === 2) end();
    else ending.before = `task/${ends}/root`;
  };
  expect(await now()).toEqual(told);
  expect(looks).toBe(2);
});

it.each([1, 2])('a program is found through another thread if the first choice ends before the %ith look at it', async (nth) => {
  const told = await readProgram(PID);
  expect(told).toMatchObject({ exe: process.execPath, exe_type: expect.stringMatching(/^ELF/) as string });
  let looks = 0;
  const { end } = ending;
  ending.before = `task/${ends}/exe`;
  ending.end = () => {
    if (++looks === nth) end();
    else ending.before = `task/${ends}/exe`;
  };
  expect(await readProgram(PID)).toEqual(told);
  expect(looks).toBe(nth);
});

it('a process whose first thread ends before its map is read is described through the next one', async () => {
  const told = await now();
  proc.write(PID, { threads: 3, maps: MAPS });
  mkdirSync(proc.path(PID, `task/${PID}`));
  ending.before = `${PID}/maps`;
  ending.end = () => {
    proc.write(PID, { state: 'Z', threads: 3 });
    copyFileSync(proc.path(PID, 'stat'), proc.path(PID, `task/${PID}/stat`));
  };
  expect(await now()).toEqual(told);
  expect(ending.before).toBe('');
});
