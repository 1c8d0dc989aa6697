import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeProc, mapsLine } from '../../test/fake-proc.ts';
import { ReaderClient } from '../../test/reader-client.ts';

const ROLLUP = '00400000-7ffec7c01000 ---p 00000000 00:00 0 [rollup]\nRss: 40 kB\nPss: 30 kB\nPrivate_Clean: 1 kB\nPrivate_Dirty: 2 kB\nSwap: 0 kB\n';
const PIDS = [70, 71, 72, 73, 74];

let proc: FakeProc;
let reader: ReaderClient;

beforeEach(() => {
  proc = new FakeProc();
  reader = new ReaderClient({ procRoot: proc.root });
  for (const pid of PIDS) {
    proc.write(pid, { maps: mapsLine(16, 1) });
    proc.exe(pid, '/bin/true');
  }
});

afterEach(async () => {
  // A FIFO may hold it, so that no other signal reaches it.
  reader.process.kill('SIGKILL');
  await reader.stop();
  proc.dispose();
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Requests the memory of each; collects the process ids in the order of the answers. */
function askMemory(pids: readonly number[]): number[] {
  const answered: number[] = [];
  for (const pid of pids)
    void reader.ask({ op: 'memory', pid }).then(({ head }) => {
      if (head.status === 'memory') answered.push(pid);
    });
  return answered;
}

/** Releases the request that waits at the smaps_rollup of a process; waits until there is one. */
async function release(pid: number): Promise<void> {
  while (!proc.feed(pid, 'smaps_rollup', ROLLUP)) await sleep(10);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}

describe('what takes long', () => {
  it('is answered when it can be, and maps and lists meanwhile', async () => {
    proc.block(70, 'smaps_rollup');
    const answered = askMemory([70, 71]);
    // All at once: a request is given up after a second, and a busy machine needs most of that.
    const [{ table }, { head }] = await Promise.all([reader.map(72), reader.ask({ op: 'processes' }), until(() => answered.length > 0)]);
    expect([table.length, head.status]).toEqual([1, 'processes']);
    expect(answered).toEqual([71]);
    await release(70);
    await until(() => answered.length === 2);
    expect(answered).toEqual([71, 70]);
  });

  it('is answered under the id of each request, in any order', async () => {
    for (const pid of [70, 71, 72]) proc.block(pid, 'smaps_rollup');
    const answered = askMemory([70, 71, 72]);
    for (const pid of [71, 72, 70]) {
      await release(pid);
      await until(() => answered.at(-1) === pid);
    }
    expect(answered).toEqual([71, 72, 70]);
  });

  it('begins three at once, and the next when one of them is done, in the order of the requests', async () => {
    for (const pid of PIDS) proc.block(pid, 'smaps_rollup');
    const answered = askMemory(PIDS);
    expect((await reader.map(74)).table.length).toBe(1);
    await sleep(200);
    // No request waits there yet.
    expect([73, 74].map((pid) => proc.feed(pid, 'smaps_rollup', ROLLUP))).toEqual([false, false]);
    await release(71);
    await until(() => answered.length === 1);
    await sleep(100);
    expect(proc.feed(74, 'smaps_rollup', ROLLUP)).toBe(false);
    for (const pid of [73, 74, 70, 72]) {
      await release(pid);
      await until(() => answered.at(-1) === pid);
    }
    expect(answered).toEqual([71, 73, 74, 70, 72]);
  });

  it('is not delayed by a failed request', async () => {
    const heads = await Promise.all([1001, 1002, 1003, 1004, 70].map((pid) => reader.ask({ op: 'memory', pid })));
    expect(heads.map(({ head }) => (head.status === 'error' ? head.error : head.status))).toEqual([
      'not_found',
      'not_found',
      'not_found',
      'not_found',
      'memory',
    ]);
  });

  it.each([{ op: 'memory' }, { op: 'memory', pid: 0 }, { op: 'memory', pid: 'self' }, { op: 'program', pid: 70 }])(
    '%j is refused in its turn',
    async (request) => expect((await reader.ask(request)).head).toMatchObject({ status: 'error', error: 'bad_request' }),
  );
});

it('an answer in parts stops at a process that was found to hang meanwhile', async () => {
  const mapping = (i: number): string => mapsLine(16 + 2 * i, 1) + 'Size: 4 kB\nRss: 4 kB\nVmFlags: rd wr\n';
  proc.unblock(70, 'smaps', Array.from({ length: 5000 }, (_, i) => mapping(i)).join(''));
  const id = 1;
  const first = await reader.ask({ op: 'smaps', pid: 70, startPage: 0, endPage: 2 ** 52 });
  expect(first.head).toMatchObject({ id, status: 'figures' });
  reader.tell({ op: 'avoid', pids: [70], times: [1] });
  const { head } = await reader.again(id, { op: 'next' });
  expect(head).toMatchObject({ id, status: 'error', error: 'stalled' });
});
