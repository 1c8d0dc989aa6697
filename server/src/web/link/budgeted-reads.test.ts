import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeReaderLink } from '../../../test/fake-reader-link.ts';
import { BudgetedReads } from './budgeted-reads.ts';
import { ReaderFault } from './reader-fault.ts';

interface Value {
  readonly n: number;
}

const SHARE = 0.1;
const CAPACITY_MS = 500;

let reader: FakeReaderLink;
/** What a reading costs, how long it takes, and whether it fails. */
let [tookMs, delayMs] = [1, 0];
let fault: Error | null;
let mayRead: boolean;
let reads: number;
let values: BudgetedReads<Value>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  reader = new FakeReaderLink();
  [tookMs, delayMs, fault, mayRead, reads] = [1, 0, null, true, 0];
  const read = async (): Promise<{ readonly value: Value; readonly tookMs: number }> => {
    const value = { n: ++reads };
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (fault !== null) throw fault;
    return { value, tookMs };
  };
  values = new BudgetedReads(reader.link, { share: SHARE, capacityMs: CAPACITY_MS, read, mayRead: () => mayRead });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Advances the clock until it settles. */
async function after<T>(ms: number, promise: Promise<T>): Promise<T> {
  await vi.advanceTimersByTimeAsync(ms);
  return promise;
}

describe('get()', () => {
  it('reads a process once for simultaneous requests, through any thread', async () => {
    reader.leaders.set(8, 7);
    expect(await Promise.all([values.get(7), values.get(7), values.get(8)])).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }]);
    expect(await values.get(7)).toEqual({ n: 2 });
  });

  it.each([1, 30, 300, 3000])('reads what takes %i ms for its share of the time, plus what is saved up and one reading', async (ms) => {
    [tookMs, delayMs] = [ms, ms];
    const seconds = 60;
    for (let at = 0; at < seconds * 1000; at += 5) {
      void values.get(7);
      await vi.advanceTimersByTimeAsync(5);
    }
    expect(reads * ms).toBeLessThanOrEqual(seconds * 1000 * SHARE + CAPACITY_MS + ms);
    expect(reads * ms).toBeGreaterThan(seconds * 1000 * SHARE - ms);
  });

  it('gives the last result while the budget is used up, and while the next one is read', async () => {
    tookMs = 600;
    await values.get(7);
    expect(await values.get(7)).toEqual({ n: 1 });
    await vi.advanceTimersByTimeAsync(1001);
    delayMs = 30_000;
    const next = values.get(7);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await values.get(7)).toEqual({ n: 1 });
    expect(await after(30_000, next)).toEqual({ n: 2 });
  });

  it('gives the last result while the process may not be read', async () => {
    await values.get(7);
    mayRead = false;
    expect(await values.get(7)).toEqual({ n: 1 });
    await expect(values.get(9)).rejects.toThrow('process 9 was not read yet');
    mayRead = true;
    expect(await values.get(9)).toEqual({ n: 2 });
  });

  it('does not return what another process had that had the id before', async () => {
    tookMs = 900;
    await values.get(7);
    reader.startTime = 2;
    expect(await values.get(7)).toEqual({ n: 2 });
  });

  it('tries again after a failure, soon if there was no answer', async () => {
    fault = new Error('no');
    await expect(values.get(7)).rejects.toThrow('no');
    [fault, delayMs] = [new ReaderFault('stalled', 'held'), 30_000];
    const failed = expect(values.get(7)).rejects.toThrow('held');
    await after(30_000, failed);
    [fault, delayMs] = [null, 0];
    await expect(values.get(7)).rejects.toThrow('held');
    await vi.advanceTimersByTimeAsync(10_001);
    expect(await values.get(7)).toEqual({ n: 3 });
  });

  it('does not remember processes for ever, and does not forget their limits', async () => {
    tookMs = 900;
    await values.get(1);
    for (let pid = 2; pid < 3000; pid++) await values.get(pid);
    // Its rest is not over, so it is not forgotten.
    expect(await values.get(1)).toEqual({ n: 1 });
  });
});

describe('getWithin()', () => {
  it('waits no longer than that, and then gives the last result of the same process', async () => {
    delayMs = 30_000;
    expect(await after(1000, values.getWithin(7, 1, 1000))).toBe(null);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await after(1000, values.getWithin(7, 1, 1000))).toEqual({ n: 1 });
    await vi.advanceTimersByTimeAsync(30_000);
    // Even if nobody tells which process has the id now.
    vi.spyOn(reader, 'ask').mockReturnValue(new Promise(() => undefined));
    expect(await after(1000, values.getWithin(7, 1, 1000))).toEqual({ n: 2 });
    expect(await after(1000, values.getWithin(7, 2, 1000))).toBe(null);
  });

  it('gives nothing that came before a failure', async () => {
    await values.get(7);
    fault = new Error('no');
    expect(await values.getWithin(7, 1, 1000)).toBe(null);
  });
});

it.each([-86_400_000, 86_400_000])('knows the age of a result when the clock is set by %i ms', async (jumpMs) => {
  const value = await values.get(7);
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + jumpMs);
  await vi.advanceTimersByTimeAsync(2500);
  expect(values.ageMs(value)).toBe(2500);
  vi.mocked(Date.now).mockRestore();
});
