import { HALF } from '@procmap/shared/kernel-half.fixture.ts';
import { type KernelHalf, NO_KERNEL_HALF } from '@procmap/shared/kernel-half.ts';
import { parseServerMessage } from '@procmap/shared/messages.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeReaderLink } from '../../../test/fake-reader-link.ts';
import { KernelWatch } from './kernel-watch.ts';

let reader: FakeReaderLink;
let changes: string[];
let watch: KernelWatch;

beforeEach(() => {
  vi.useFakeTimers();
  reader = new FakeReaderLink();
  reader.kernel = HALF;
  changes = [];
  watch = new KernelWatch(reader.link, ({ note }) => changes.push(note));
});

afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const asks = (): number => reader.asked.filter(({ op }) => op === 'kernel').length;

function halfOf(message: string): KernelHalf {
  const parsed = parseServerMessage(message);
  if (parsed?.type !== 'kernel') throw new Error(`not of the kernel half: ${message}`);
  return parsed.half;
}

it('only looks while there are listeners', async () => {
  await pass(10_000);
  expect(asks()).toBe(0);
  const heard: string[] = [];
  const listener = (message: string): void => void heard.push(message);
  watch.add(listener);
  watch.add(listener);
  await pass(4500);
  expect(asks()).toBe(3);
  expect(new Set(heard).size).toBe(1);
  expect(halfOf(heard[0] ?? '')).toEqual(HALF);
  watch.remove(listener);
  await pass(10_000);
  expect(asks()).toBe(3);
});

it('asks with the etag of what it has, and gives a second listener that at once', async () => {
  watch.add(() => undefined);
  await pass(2100);
  expect(reader.asked.map(({ etag }) => etag === null)).toEqual([true, false]);
  const heard: string[] = [];
  watch.add((message) => heard.push(message));
  expect(heard).toHaveLength(1);
});

it('reports changes, and another source once', async () => {
  const heard: string[] = [];
  watch.add((message) => heard.push(message));
  await pass(2100);
  reader.kernel = { ...HALF, regions: HALF.regions.slice(1) };
  await pass(2100);
  expect(halfOf(heard.at(-1) ?? '').regions).toHaveLength(HALF.regions.length - 1);
  reader.kernel = { ...HALF, source: 'inferred', note: 'the module is gone' };
  await pass(2100);
  expect(changes).toEqual([HALF.note, 'the module is gone']);
});

it('reads once for simultaneous requests, and continues after a lost reader', async () => {
  expect(await Promise.all([watch.read(), watch.read()])).toEqual([HALF, HALF]);
  expect(asks()).toBe(1);
  const ask = reader.ask.bind(reader);
  reader.ask = () => Promise.reject(new Error('gone'));
  const heard: string[] = [];
  watch.add((message) => heard.push(message));
  await pass(4500);
  reader.ask = ask;
  reader.kernel = NO_KERNEL_HALF;
  await pass(2100);
  expect(halfOf(heard.at(-1) ?? '').source).toBe('none');
});

it('delays no request for long: returns the last half, or that there was no answer', async () => {
  reader.gate = new Promise(() => undefined);
  const first = watch.current();
  await pass(1000);
  expect(await first).toEqual({ ...NO_KERNEL_HALF, note: 'the kernel half could not be read in time; ask again' });
  reader = new FakeReaderLink();
  reader.kernel = HALF;
  watch = new KernelWatch(reader.link, () => undefined);
  expect(await watch.current()).toEqual(HALF);
  reader.gate = new Promise(() => undefined);
  const later = watch.current();
  await pass(1000);
  expect(await later).toEqual(HALF);
});
