import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FakeProc } from '../../../test/fake-proc.ts';
import { kernelThread } from '../../../test/kernel-thread.ts';
import { ReaderClient } from '../../../test/reader-client.ts';
import { useFixtures } from '../../../test/use-fixtures.ts';
import { isFailure } from '../procfs/process/outcome.ts';
import type { ThreadState } from '../protocol/protocol.ts';
import { knownThread } from './threads.fixture.ts';
import { readThreadStates } from './thread-states.ts';

const startFixture = useFixtures();

it('tells name and state of each thread, by its id', async () => {
  const fixture = await startFixture('threads', '3');
  const renamed = knownThread(await fixture.command('start'));
  await fixture.command('rename a) R 1');
  const read = (): readonly ThreadState[] => {
    const states = readThreadStates(fixture.pid);
    if (isFailure(states)) throw new Error(states.message);
    return states;
  };
  const states = read();
  const known = fixture.printed.map(knownThread);
  const tids = [fixture.pid, ...known.map(({ tid }) => tid), renamed.tid];
  expect(states.map(({ tid }) => tid)).toEqual(tids.toSorted((a, b) => a - b));
  expect(states.find(({ tid }) => tid === renamed.tid)).toMatchObject({ comm: 'a) R 1' });
  // An order wakes all of them for a moment.
  const first = known[0]?.tid;
  await expect.poll(() => read().find(({ tid }) => tid === first)).toEqual({ tid: first, comm: 'threads', state: 'S' });
});

it('tells which threads compute, and that the first has ended', async () => {
  const fixture = await startFixture('threads', '1');
  await fixture.command('spin 2');
  await fixture.command('leave');
  await expect
    .poll(() => {
      const states = readThreadStates(fixture.pid);
      return isFailure(states) ? [] : states.map(({ state }) => state).toSorted();
    })
    .toEqual(['R', 'R', 'S', 'S', 'Z']);
});

it('says why a process has no threads to tell of', () => {
  const thread = kernelThread();
  if (thread !== null) expect(readThreadStates(thread)).toMatchObject({ error: 'kernel_thread' });
  expect(readThreadStates(4_194_303)).toMatchObject({ error: 'not_found' });
});

it('leaves out a thread that ends meanwhile', async () => {
  const fake = new FakeProc();
  const reader = new ReaderClient({ procRoot: fake.root });
  try {
    fake.write(7, { maps: '00400000-00401000 rw-p 00000000 00:00 0 \n', threads: 2 });
    mkdirSync(fake.path(7, 'task/7'), { recursive: true });
    mkdirSync(fake.path(7, 'task/8'));
    writeFileSync(fake.path(7, 'task/7/stat'), `7 (fake) S 1 ${'0 '.repeat(60)}\n`);
    const { head } = await reader.ask({ op: 'threads', pid: 7 });
    expect(head).toMatchObject({ status: 'threads', threads: [{ tid: 7, comm: 'fake', state: 'S' }] });
  } finally {
    await reader.stop();
    fake.dispose();
  }
});
