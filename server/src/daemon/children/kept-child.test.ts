import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KeptChild, MAX_LINGERING } from './kept-child.ts';
import type { startChild } from './child.ts';

/** A child that ends when the test says so, and not when it is killed, like one that the kernel holds. */
class Stubborn extends EventEmitter {
  readonly pid: number;
  readonly stdio = [null, null, null, null];
  exitCode: number | null = null;
  signalCode: string | null = null;
  connected = false;
  kills = 0;
  readonly #ended: (how: string, failed: boolean) => void;

  constructor(pid: number, ended: (how: string, failed: boolean) => void) {
    super();
    this.pid = pid;
    this.#ended = ended;
  }

  kill(): boolean {
    this.kills++;
    return true;
  }

  unref(): void {
    // Nothing to do.
  }

  go(): void {
    this.signalCode = 'SIGKILL';
    this.emit('exit');
    this.#ended('signal SIGKILL', false);
  }

  /** Ends by itself, with a failure. */
  fail(): void {
    this.exitCode = 7;
    this.emit('exit');
    this.#ended('exit status 7', true);
  }
}

const children: Stubborn[] = [];
const lingering: number[] = [];
const failures: string[] = [];
let kept: KeptChild;
const start = ((_command, _stdio, ended) => {
  // An unused process id.
  const child = new Stubborn(4_200_000 + children.length, ended);
  children.push(child);
  return child as unknown as ChildProcess;
}) as typeof startChild;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  children.length = 0;
  lingering.length = 0;
  failures.length = 0;
  kept = new KeptChild(
    { name: 'the reader', command: { program: 'x', args: [] }, rootFiles: false, start },
    { started: () => undefined, failed: (how) => failures.push(how), lingering: (count) => lingering.push(count) },
  );
  kept.start();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function replace(): Promise<void> {
  kept.kill('no answer');
  // After many replacements, the next one waits a little.
  await vi.advanceTimersByTimeAsync(2500);
}

it('the next one starts as soon as the previous one is killed, whether it dies or not', async () => {
  await replace();
  expect(children.map(({ kills }) => kills)).toEqual([1, 0]);
  expect(lingering).toEqual([1]);
  children[0]?.go();
  expect(lingering).toEqual([1, 0]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(children).toHaveLength(2);
});

it('one that dies in time is not reported', async () => {
  kept.kill('no answer');
  children[0]?.go();
  await vi.advanceTimersByTimeAsync(2500);
  expect([children.length, lingering]).toEqual([2, []]);
});

it('only so many are left behind; when one of them has gone, the next one starts', async () => {
  for (let i = 0; i < MAX_LINGERING + 3; i++) await replace();
  expect(children).toHaveLength(MAX_LINGERING);
  expect(lingering.at(-1)).toBe(MAX_LINGERING);
  children[1]?.go();
  await vi.advanceTimersByTimeAsync(2500);
  expect(children).toHaveLength(MAX_LINGERING + 1);
  // This one ends by itself, which is another case.
  children.at(-1)?.go();
  await vi.advanceTimersByTimeAsync(2500);
  expect(children).toHaveLength(MAX_LINGERING + 2);
});

it('stopping does not wait for those that do not die', async () => {
  await replace();
  const stopped = kept.stop();
  await vi.advanceTimersByTimeAsync(1500);
  await stopped;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(children).toHaveLength(2);
});

async function failEach(times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    children.at(-1)?.fail();
    await vi.advanceTimersByTimeAsync(10);
  }
}

it('gives up if none has ever lived, even if one was replaced meanwhile', async () => {
  await failEach(2);
  kept.renew();
  await vi.advanceTimersByTimeAsync(10);
  await failEach(3);
  expect(failures).toEqual(['exit status 7']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(children).toHaveLength(6);
});

it('never gives up after one has lived, whatever ended it', async () => {
  await vi.advanceTimersByTimeAsync(5000);
  kept.renew();
  await vi.advanceTimersByTimeAsync(10);
  await failEach(9);
  expect([failures, children.length]).toEqual([[], 11]);
});
