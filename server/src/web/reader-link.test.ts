import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { decodeFrame } from '@procmap/shared/codec.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ScriptedReader, SYSTEM } from '../../test/scripted-reader.ts';
import type { ReaderRequest } from '../reader/protocol.ts';
import { encodeMessage } from '../reader/wire.ts';
import { ReaderFault, ReaderLink } from './reader-link.ts';

const READER = new URL('../reader/main.ts', import.meta.url).pathname;

/** Answers everything at once. */
function willing(request: ReaderRequest, reader: ScriptedReader): void {
  reader.reply({ id: request.id, status: 'system', system: SYSTEM, layout: null });
}

/** What became of a promise by now: its fault's word, or 'answered', or 'waiting'. */
function fateOf(promise: Promise<unknown>): () => string {
  let fate = 'waiting';
  promise.then(
    () => (fate = 'answered'),
    (fault: unknown) => (fate = fault instanceof ReaderFault ? fault.word : String(fault)),
  );
  return () => fate;
}

const realImmediate = setImmediate;

/** Lets streams hand on what they have. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => realImmediate(resolve));
}

describe('with a scripted reader, a link', () => {
  let stuck: string[];
  let link: ReaderLink;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] });
    stuck = [];
    link = new ReaderLink((reason) => stuck.push(reason));
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  function start(...parameters: ConstructorParameters<typeof ScriptedReader>): ScriptedReader {
    const reader = new ScriptedReader(...parameters);
    link.setStream(reader.stream);
    return reader;
  }

  async function pass(ms: number): Promise<void> {
    await settle();
    await vi.advanceTimersByTimeAsync(ms);
    await settle();
  }

  it('asks what was asked before there was a reader, in order', async () => {
    const asks = [link.ask({ op: 'system' }), link.ask({ op: 'forget', pid: 7 })];
    const reader = start(willing);
    await pass(10);
    expect(reader.operations).toEqual(['system', 'forget 7']);
    await Promise.all(asks);
  });

  it('calls a reader stuck that is silent for a second, fails that request and asks the others again', async () => {
    const first = start();
    const fates = [link.ask({ op: 'map', pid: 7, etag: null }), link.ask({ op: 'map', pid: 8, etag: null }), link.ask({ op: 'system' })].map(fateOf);
    await pass(990);
    expect(stuck).toEqual([]);
    await pass(20);
    expect(stuck).toEqual(['no answer to map 7']);
    expect(first.isClosed).toBe(true);
    expect(fates.map((fate) => fate())).toEqual(['stalled', 'waiting', 'waiting']);
    const second = start(willing);
    await pass(10);
    expect(second.operations).toEqual(['map 8', 'system']);
    expect(fates.map((fate) => fate())).toEqual(['stalled', 'answered', 'answered']);
    await pass(60_000);
    expect(stuck).toHaveLength(1);
  });

  it('counts the second of a request from when the one before is answered', async () => {
    const reader = start();
    const fates = [link.ask({ op: 'map', pid: 7, etag: null }), link.ask({ op: 'map', pid: 8, etag: null })].map(fateOf);
    await pass(900);
    reader.reply({ id: 1, status: 'error', error: 'not_found', message: '' });
    await pass(900);
    expect([fates[0]?.(), stuck]).toEqual(['not_found', []]);
    reader.reply({ id: 2, status: 'error', error: 'zombie', message: '' });
    await pass(10);
    expect([fates[1]?.(), stuck]).toEqual(['zombie', []]);
  });

  it('waits as long as the reader says that it works, or sends', async () => {
    const reader = start();
    const fate = fateOf(link.ask({ op: 'map', pid: 7, etag: null }));
    for (let i = 0; i < 10; i++) {
      await pass(900);
      reader.reply({ id: 1, status: 'busy' });
    }
    const message = Buffer.concat(encodeMessage({ id: 1, status: 'map', etag: 'x', cpuMs: 1 }, new Uint8Array(8)));
    for (let at = 0; at < message.length; at += 10) {
      await pass(900);
      reader.send(message.subarray(at, at + 10));
    }
    await pass(10);
    expect([fate(), stuck]).toEqual(['answered', []]);
  });

  it('gives a fresh reader ten seconds to come up, then asks for another', async () => {
    start(willing, false);
    await pass(9900);
    expect(stuck).toEqual([]);
    await pass(200);
    expect(stuck).toEqual(['no answer to its start']);
  });

  it('asks once more what a reader died of, then refuses it, and goes on with what is behind', async () => {
    const deadly = (request: ReaderRequest, reader: ScriptedReader): void => {
      if (request.op === 'map' && request.pid === 7) reader.die();
      else willing(request, reader);
    };
    start(deadly);
    const fates = [link.ask({ op: 'map', pid: 7, etag: null }), link.ask({ op: 'map', pid: 8, etag: null })].map(fateOf);
    await pass(10);
    expect(fates.map((fate) => fate())).toEqual(['waiting', 'waiting']);
    expect(start(deadly).isClosed).toBe(false);
    await pass(10);
    expect(fates.map((fate) => fate())).toEqual(['unreadable', 'waiting']);
    start(deadly);
    await pass(10);
    expect(fates.map((fate) => fate())).toEqual(['unreadable', 'answered']);
    expect(stuck).toEqual([]);
  });

  it('refuses it also when the next reader comes before the end of the last is seen', async () => {
    const readers = [start()];
    const fates = [link.ask({ op: 'map', pid: 7, etag: null }), link.ask({ op: 'map', pid: 8, etag: null })].map(fateOf);
    for (let deaths = 0; deaths < 2; deaths++) {
      await pass(10);
      readers.push(start());
    }
    await pass(10);
    expect(fates.map((fate) => fate())).toEqual(['unreadable', 'waiting']);
    expect(readers.map((reader) => reader.operations)).toEqual([['map 7', 'map 8'], ['map 7', 'map 8'], ['map 8']]);
    expect(readers.map((reader) => reader.isClosed)).toEqual([true, true, false]);
  });

  it('does not charge a request with the death of a reader that was not up', async () => {
    const fate = fateOf(link.ask({ op: 'map', pid: 7, etag: null }));
    for (let i = 0; i < 5; i++) {
      start(willing, false).die();
      await pass(100);
    }
    start(willing);
    await pass(10);
    expect(fate()).toBe('answered');
  });

  it('fails what is asked when no reader comes for ten seconds, at any time', async () => {
    for (let i = 0; i < 2; i++) {
      const fate = fateOf(link.ask({ op: 'system' }));
      await pass(9900);
      expect(fate()).toBe('waiting');
      await pass(200);
      expect(fate()).toBe('stalled');
    }
    start(willing);
    await expect(link.ask({ op: 'system' })).resolves.toMatchObject({ head: { system: SYSTEM, layout: null } });
  });

  it('fails what is asked when readers come and die without an answer', async () => {
    const fate = fateOf(link.ask({ op: 'system' }));
    for (let at = 0; at < 12_000; at += 2000) {
      start(willing, false).die();
      await pass(2000);
    }
    expect(fate()).toBe('stalled');
  });

  it('waits for nobody once everything is answered', async () => {
    start(willing);
    await link.ask({ op: 'system' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['an impossible length', Buffer.alloc(8)],
    ['a head that is not JSON', Buffer.from([8, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4])],
  ])('closes a stream that speaks %s, and asks the next reader', async (_, bytes) => {
    const reader = start((_, self) => {
      self.send(bytes);
    });
    const fate = fateOf(link.ask({ op: 'system' }));
    await pass(10);
    expect(reader.isClosed).toBe(true);
    start(willing);
    await pass(10);
    expect(fate()).toBe('answered');
  });

  it('takes no answer for another request than the one that it waits for', async () => {
    const reader = start((request, self) => {
      self.reply({ id: request.id + 1, status: 'forgotten' });
    });
    const fate = fateOf(link.ask({ op: 'forget', pid: 7 }));
    await pass(10);
    expect(fate()).toBe('waiting');
    reader.reply({ id: 1, status: 'forgotten' });
    await pass(10);
    expect(fate()).toBe('answered');
  });
});

describe('with a real reader, a link', () => {
  let stuck: (reason: string) => void;
  let link: ReaderLink;
  const children: ChildProcess[] = [];

  function start(): ChildProcess {
    const child = spawn(process.execPath, [READER], { env: {}, stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
    children.push(child);
    link.setStream(child.stdio[3] as Socket);
    return child;
  }

  beforeEach(() => {
    stuck = () => undefined;
    link = new ReaderLink((reason) => {
      stuck(reason);
    });
  });

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  it('brings answers, bodies and errors', async () => {
    start();
    const [system, map, error] = await Promise.allSettled([
      link.ask({ op: 'system' }),
      link.ask({ op: 'map', pid: process.pid, etag: null }),
      link.ask({ op: 'map', pid: 4_194_304, etag: null }),
    ]);
    expect(system).toMatchObject({ value: { head: { system: { page_size: 4096 } } } });
    if (map.status !== 'fulfilled') throw map.reason;
    expect(decodeFrame(map.value.body)).toMatchObject({ type: 'snapshot', meta: { process: { pid: process.pid } } });
    expect(map.value.tookMs).toBeGreaterThan(0);
    expect(error).toMatchObject({ reason: { word: 'not_found' } });
  });

  it('finds out about a second after it stopped, and goes on with the next', async () => {
    const first = start();
    await link.ask({ op: 'system' });
    first.kill('SIGSTOP');
    const began = performance.now();
    const reason = new Promise<string>((resolve) => {
      stuck = (why) => {
        resolve(why);
        first.kill('SIGKILL');
        start();
      };
    });
    const map = link.ask({ op: 'map', pid: process.pid, etag: null });
    const system = link.ask({ op: 'system' });
    await expect(map).rejects.toMatchObject({ word: 'stalled' });
    expect(performance.now() - began).toBeGreaterThan(900);
    expect(await reason).toBe(`no answer to map ${process.pid}`);
    await expect(system).resolves.toMatchObject({ head: { status: 'system' } });
  });

  it('does not call it stuck because this process itself was busy', async () => {
    const reasons: string[] = [];
    stuck = (reason) => reasons.push(reason);
    start();
    await link.ask({ op: 'system' });
    const answer = link.ask({ op: 'system' });
    // The request goes out, then nothing happens here for longer than the reader may be silent.
    await new Promise((resolve) => setImmediate(resolve));
    for (const end = performance.now() + 1500; performance.now() < end;);
    await expect(answer).resolves.toMatchObject({ head: { status: 'system' } });
    expect(reasons).toEqual([]);
  });
});
