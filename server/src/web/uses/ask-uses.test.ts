import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ANON_LINE, tableOf } from '@procmap/shared/table.fixture.ts';
import { FakeReaderLink } from '../../../test/fake-reader-link.ts';
import { type AskedUses, askUses } from './ask-uses.ts';

const LOOK_MS = 100;
let reader: FakeReaderLink;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  reader = new FakeReaderLink();
  reader.shown.set(7, tableOf([ANON_LINE]));
  reader.delayMs = LOOK_MS;
});
afterEach(() => {
  vi.useRealTimers();
});

/** After each look there is one thread less to ask, and the last ones run. */
function tellThreads(left: number, stackPage: number | null): void {
  const ask = reader.ask.bind(reader);
  vi.spyOn(reader, 'ask').mockImplementation((request) => {
    const version = reader.looks(7) + 1;
    if (request.op === 'map')
      reader.threads.set(7, { version, threads: [{ tid: 7, comm: 'a', stackPage }], guards: [], left: Math.max(0, left + 1 - version), denied: '' });
    return ask(request);
  });
}

async function uses(complete: number, mostMs: number, ms: number, signal?: AbortSignal): Promise<AskedUses> {
  const looks = { complete, mostMs, ...(signal === undefined ? {} : { signal }) };
  const asked = askUses({ reader: reader.link, files: reader.link }, 7, { looks });
  await vi.advanceTimersByTimeAsync(ms);
  return asked;
}

it('looks at threads until all were read', async () => {
  tellThreads(30, 5);
  expect((await uses(1, 5000, 4000)).evidence.threads?.left).toBe(0);
  expect(reader.looks(7)).toBe(31);
});

it('looks a few times more at threads that run', async () => {
  tellThreads(2, null);
  await uses(3, 5000, 1000);
  expect(reader.looks(7)).toBe(5);
});

it('ends in time, with those that were read', async () => {
  tellThreads(1000, 5);
  const { evidence } = await uses(1, 2000, 2200);
  expect(evidence.threads?.left).toBe(1000 - 21);
});

it('ends when nobody waits for it any more', async () => {
  tellThreads(1000, 5);
  const gone = new AbortController();
  const asked = uses(1, 5000, 1000, gone.signal);
  setTimeout(() => gone.abort(), 450);
  await asked;
  expect(reader.looks(7)).toBe(5);
});
