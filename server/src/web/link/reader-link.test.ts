import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { decodeFrame } from '@procmap/shared/codec.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MEMORY } from '../../../test/fake-reader-link.ts';
import { ScriptedReader, SYSTEM } from '../../../test/scripted-reader.ts';
import { unreadProcess } from '../../reader/reading/unread-process.ts';
import type { ReaderRequest } from '../../reader/protocol/protocol.ts';
import { parseRequest } from '../../reader/protocol/request.ts';
import { encodeMessage } from '../../reader/protocol/wire.ts';
import { ReaderFault } from './reader-fault.ts';
import { ReaderLink } from './reader-link.ts';

const READER = join(import.meta.dirname, '../../reader/main.ts');

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

describe('with a scripted reader', () => {
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

  describe('an answer in parts', () => {
    const PART = { status: 'figures', comm: 'x', takenAt: 0, flagSets: [] } as const;
    const RANGE = { op: 'smaps', pid: 7, startPage: 0, endPage: 9 } as const;
    const END = { status: 'smaps', comm: 'x', takenAt: 0, torn: false, cost: { ms: 1, bytes: 2, reads: 3 } } as const;

    /** Asks; the parts that came, and what lets the next one come. */
    function askParts(): { parts: number[]; fate: () => string; done: () => void; left: AbortController } {
      const parts: number[] = [];
      let done = (): void => undefined;
      const left = new AbortController();
      const take = (_: unknown, body: Uint8Array): Promise<void> => {
        parts.push(body.length);
        return new Promise((resolve) => (done = resolve));
      };
      const fate = fateOf(link.askParts(RANGE, { take, signal: left.signal }));
      return {
        parts,
        fate,
        done: () => done(),
        left,
      };
    }

    it('is not asked for by who has gone already', async () => {
      const reader = start();
      const fate = fateOf(link.askParts(RANGE, { take: () => Promise.resolve(), signal: AbortSignal.abort() }));
      await pass(10);
      expect([fate(), reader.operations]).toEqual(['stalled', []]);
    });

    it('comes at the pace of who takes it, however slow that is', async () => {
      const reader = start();
      const { parts, fate, done } = askParts();
      await pass(10);
      const id = reader.asked[0]?.id ?? NaN;
      reader.reply({ id, ...PART }, new Uint8Array(8));
      // Far longer than the reader may be silent.
      await pass(120_000);
      expect([parts, reader.operations, fate()]).toEqual([[8], ['smaps 7'], 'waiting']);
      done();
      await pass(10);
      expect(reader.asked.at(-1)).toEqual({ id, op: 'next' });
      reader.reply({ id, ...PART }, new Uint8Array(16));
      await pass(10);
      done();
      await pass(10);
      reader.reply({ id, ...END });
      await pass(10);
      expect([parts, fate(), stuck, vi.getTimerCount()]).toEqual([[8, 16], 'answered', [], 0]);
    });

    it('may not keep silent for long between two of them', async () => {
      const reader = start();
      const { fate, done } = askParts();
      await pass(10);
      reader.reply({ id: reader.asked[0]?.id ?? NaN, ...PART });
      await pass(10);
      done();
      await pass(31_000);
      expect([fate(), stuck]).toEqual(['stalled', ['no answer to smaps 7']]);
    });

    it('is not asked for again once a part of it is here, when the reader dies', async () => {
      const first = start();
      const [begun, waiting] = [askParts(), askParts()];
      await pass(10);
      first.reply({ id: first.asked[0]?.id ?? NaN, ...PART });
      await pass(10);
      first.die();
      const second = start();
      await pass(10);
      expect([begun.fate(), waiting.fate(), second.operations]).toEqual(['stalled', 'waiting', ['smaps 7']]);
      // Nothing of the first one goes to the second.
      begun.done();
      await pass(10);
      expect(second.operations).toEqual(['smaps 7']);
    });

    it('is called off when nobody wants it', async () => {
      const reader = start();
      const { fate, left } = askParts();
      await pass(10);
      left.abort();
      await pass(10);
      expect([fate(), reader.operations, reader.asked.at(-1)?.id]).toEqual(['stalled', ['smaps 7', 'cancel'], reader.asked[0]?.id]);
      await pass(600);
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  describe('a link', () => {
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

    it('tells the next reader what the one before was held at', async () => {
      const first = start();
      await pass(0);
      first.reply({ id: 0, status: 'not-answering', pids: [7, 8], times: [1, 3] });
      await pass(10);
      first.die();
      const second = start();
      await pass(10);
      expect(second.told).toEqual([{ id: 0, op: 'avoid', pids: [7, 8], times: [1, 3] }]);
      second.reply({ id: 0, status: 'not-answering', pids: [], times: [] });
      await pass(10);
      second.die();
      const third = start();
      await pass(10);
      expect(third.told).toEqual([]);
    });

    it('tells it in several messages where these are many', async () => {
      const first = start();
      await pass(0);
      const pids = Array.from({ length: 150 }, (_, i) => i + 1);
      first.reply({ id: 0, status: 'not-answering', pids, times: pids.map((pid) => (pid % 3) + 1) });
      await pass(10);
      first.die();
      const second = start();
      await pass(10);
      const told = second.told
        .map((request) => parseRequest(request))
        .flatMap((request) => (typeof request !== 'string' && request.op === 'avoid' ? [request] : []));
      expect(told.map((request) => request.pids.length)).toEqual([64, 64, 22]);
      expect(told.flatMap((request) => request.pids)).toEqual(pids);
      expect(told.flatMap((request) => request.times)).toEqual(pids.map((pid) => (pid % 3) + 1));
    });

    it('asks no question for ever that wears out one reader after the other', async () => {
      const fates = [link.ask({ op: 'processes' }), link.ask({ op: 'system' })].map(fateOf);
      for (let i = 0; i < 2; i++) {
        const reader = start();
        await pass(10);
        reader.reply({ id: 0, status: 'worn' });
        await pass(10);
      }
      expect(fates.map((fate) => fate())).toEqual(['stalled', 'waiting']);
      start(willing);
      await pass(10);
      expect([fates.map((fate) => fate()), stuck.length]).toEqual([['stalled', 'answered'], 2]);
    });

    it('replaces a reader of which the kernel holds too much, and asks the next one what is not answered yet', async () => {
      const first = start();
      const fate = fateOf(link.ask({ op: 'map', pid: 8, etag: null }));
      await pass(0);
      first.reply({ id: 0, status: 'worn' });
      await pass(10);
      expect([stuck.length, first.isClosed, fate()]).toEqual([1, true, 'waiting']);
      const second = start(willing);
      await pass(10);
      expect([second.operations, fate()]).toEqual([['map 8'], 'answered']);
    });

    it('puts a list together of its pieces', async () => {
      const reader = start();
      const list = link.ask({ op: 'processes' });
      await pass(0);
      const id = reader.asked[0]?.id ?? NaN;
      for (const pid of [1, 2]) reader.reply({ id, status: 'rows', processes: [unreadProcess(pid)] });
      reader.reply({ id, status: 'processes', processes: [unreadProcess(3)] });
      await pass(10);
      expect((await list).head.processes.map(({ pid }) => pid)).toEqual([1, 2, 3]);
    });

    it('takes no piece of a list twice when the reader dies in the middle of it', async () => {
      const first = start();
      const list = link.ask({ op: 'processes' });
      await pass(0);
      first.reply({ id: first.asked[0]?.id ?? NaN, status: 'rows', processes: [unreadProcess(1)] });
      await pass(10);
      first.die();
      const second = start();
      await pass(10);
      const id = second.asked[0]?.id ?? NaN;
      second.reply({ id, status: 'rows', processes: [unreadProcess(1)] });
      second.reply({ id, status: 'processes', processes: [] });
      await pass(10);
      expect((await list).head.processes.map(({ pid }) => pid)).toEqual([1]);
    });

    it('takes an answer out of turn to who asked', async () => {
      const reader = start();
      const fates = [7, 8].map((pid) => fateOf(link.ask({ op: 'map', pid, etag: null })));
      await pass(0);
      reader.reply({ id: reader.asked[1]?.id ?? NaN, status: 'error', error: 'stalled', message: '' });
      await pass(10);
      expect(fates.map((fate) => fate())).toEqual(['waiting', 'stalled']);
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
      const told: number[] = [];
      const fate = fateOf(link.ask({ op: 'map', pid: 7, etag: null }, (bytes) => told.push(bytes)));
      for (let i = 0; i < 10; i++) {
        await pass(900);
        reader.reply({ id: 1, status: 'busy', bytes: i * 1000 });
      }
      // And is told how far it is.
      expect(told).toEqual(Array.from({ length: 10 }, (_, i) => i * 1000));
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

    it('asks a reader that is only asked out of turn whether it is there: silent as a whole, it is replaced, and the next one is asked', async () => {
      const reader = start();
      const fate = fateOf(link.ask({ op: 'kernel', etag: null }));
      await pass(20_000);
      expect([fate(), stuck, reader.operations]).toEqual(['waiting', [], ['kernel']]);
      reader.hangs = true;
      await pass(1600);
      expect([fate(), stuck]).toEqual(['waiting', ['no answer to whether it is there']]);
      const next = start();
      await pass(10);
      expect([next.operations, fate()]).toEqual([['kernel'], 'waiting']);
    });

    it('tells one that hangs to end, but none that has not come up: as a service the next one finds that in its socket', async () => {
      const late = start(willing, false);
      await pass(10_100);
      expect([late.isClosed, late.operations]).toEqual([true, []]);
      const hangs = start();
      const fate = fateOf(link.ask({ op: 'map', pid: 7, etag: null }));
      await pass(1100);
      expect([fate(), hangs.operations]).toEqual(['stalled', ['map 7', 'end']]);
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
      const reader = start((_, self) => self.send(bytes));
      const fate = fateOf(link.ask({ op: 'system' }));
      await pass(10);
      expect(reader.isClosed).toBe(true);
      start(willing);
      await pass(10);
      expect(fate()).toBe('answered');
    });

    it('takes no answer for another request than the one that it waits for', async () => {
      const reader = start((request, self) => self.reply({ id: request.id + 1, status: 'forgotten' }));
      const fate = fateOf(link.ask({ op: 'forget', pid: 7 }));
      await pass(10);
      expect(fate()).toBe('waiting');
      reader.reply({ id: 1, status: 'forgotten' });
      await pass(10);
      expect(fate()).toBe('answered');
    });
  });

  describe('what a reader answers out of turn', () => {
    /** Answers at once what is answered in turn, and nothing else. */
    function inTurn(request: ReaderRequest, reader: ScriptedReader): void {
      if (request.op === 'map') reader.reply({ id: request.id, status: 'error', error: 'not_found', message: '' });
      else if (request.op !== 'memory' && request.op !== 'program') willing(request, reader);
    }

    function memoryOf(reader: ScriptedReader, pid: number): void {
      const id = reader.asked.find((request) => request.op === 'memory' && request.pid === pid)?.id ?? NaN;
      reader.reply({ id, status: 'memory', memory: { ...MEMORY, rss_kb: pid } });
    }

    it('comes in any order, to who asked for it', async () => {
      const reader = start();
      const asks = [7, 8, 9].map((pid) => link.ask({ op: 'memory', pid }));
      const program = link.ask({ op: 'program', pid: 7 });
      await pass(10);
      expect(reader.operations).toEqual(['memory 7', 'memory 8', 'memory 9', 'program 7']);
      reader.reply({ id: 4, status: 'program', program: { pid: 7, exe: '/seven', exe_type: '', interpreter: '' } });
      for (const pid of [8, 9, 7]) memoryOf(reader, pid);
      await pass(10);
      expect((await Promise.all(asks)).map(({ head }) => head.memory.rss_kb)).toEqual([7, 8, 9]);
      expect((await program).head.program.exe).toBe('/seven');
      expect([stuck, vi.getTimerCount()]).toEqual([[], 0]);
    });

    it('holds up nothing that is answered in turn, and is not taken for a sign of a hang', async () => {
      const reader = start(inTurn);
      const memory = fateOf(link.ask({ op: 'memory', pid: 7 }));
      for (let i = 0; i < 12; i++) {
        const fates = [link.ask({ op: 'map', pid: 8, etag: null }), link.ask({ op: 'system' })].map(fateOf);
        await pass(10);
        expect(fates.map((fate) => fate())).toEqual(['not_found', 'answered']);
        await pass(2000);
      }
      expect([memory(), stuck]).toEqual(['waiting', []]);
      memoryOf(reader, 7);
      await pass(10);
      expect([memory(), stuck, vi.getTimerCount()]).toEqual(['answered', [], 0]);
    });

    it('does not hide that the reader hangs at what it must answer in turn', async () => {
      start();
      const memory = fateOf(link.ask({ op: 'memory', pid: 7 }));
      const map = fateOf(link.ask({ op: 'map', pid: 8, etag: null }));
      await pass(1010);
      expect([map(), memory(), stuck]).toEqual(['stalled', 'waiting', ['no answer to map 8']]);
      const second = start(inTurn);
      await pass(10);
      expect(second.operations).toEqual(['memory 7']);
      memoryOf(second, 7);
      await pass(10);
      expect(memory()).toBe('answered');
    });

    it('has thirty seconds; then it fails and the reader is replaced, and whatever else it was asked is asked again', async () => {
      const first = start(inTurn);
      const held = fateOf(link.ask({ op: 'memory', pid: 7 }));
      await pass(15_000);
      const late = fateOf(link.ask({ op: 'program', pid: 8 }));
      await pass(14_980);
      expect([held(), stuck]).toEqual(['waiting', []]);
      await pass(20);
      expect([held(), late(), stuck]).toEqual(['stalled', 'waiting', ['no answer to memory 7']]);
      expect(first.isClosed).toBe(true);
      const second = start((request, reader) => {
        if (request.op === 'program')
          reader.reply({ id: request.id, status: 'program', program: { pid: request.pid, exe: '', exe_type: '', interpreter: '' } });
      });
      await pass(10);
      expect([second.operations, late()]).toEqual([['program 8'], 'answered']);
      await pass(60_000);
      expect([stuck.length, vi.getTimerCount()]).toEqual([1, 0]);
    });

    it('has its thirty seconds from when it was asked, also with one reader after the other', async () => {
      const fate = fateOf(link.ask({ op: 'memory', pid: 7 }));
      const map = fateOf(link.ask({ op: 'map', pid: 8, etag: null }));
      start();
      await pass(1100);
      expect([map(), stuck.length]).toEqual(['stalled', 1]);
      start(inTurn);
      await pass(28_800);
      expect(fate()).toBe('waiting');
      await pass(200);
      expect([fate(), stuck.length]).toEqual(['stalled', 2]);
    });

    it('is asked again when the reader dies, and refused when two have died of it', async () => {
      const answers = (request: ReaderRequest, reader: ScriptedReader): void => {
        if (request.op === 'memory') reader.die();
        else inTurn(request, reader);
      };
      start(answers);
      const fate = fateOf(link.ask({ op: 'memory', pid: 7 }));
      await pass(10);
      expect(fate()).toBe('waiting');
      const second = start(answers);
      await pass(10);
      expect([second.operations, fate()]).toEqual([['memory 7'], 'unreadable']);
      const third = start(answers);
      const system = fateOf(link.ask({ op: 'system' }));
      await pass(10);
      expect([third.operations, system(), stuck, vi.getTimerCount()]).toEqual([['system'], 'answered', [], 0]);
    });

    it('is not charged with the death of a reader that was not up', async () => {
      const fate = fateOf(link.ask({ op: 'memory', pid: 7 }));
      for (let i = 0; i < 5; i++) {
        start(inTurn, false).die();
        await pass(100);
      }
      const reader = start(inTurn);
      await pass(10);
      memoryOf(reader, 7);
      await pass(10);
      expect(fate()).toBe('answered');
    });

    it('fails after ten seconds when there is no reader', async () => {
      const fates = [link.ask({ op: 'memory', pid: 7 }), link.ask({ op: 'system' })].map(fateOf);
      await pass(9900);
      expect(fates.map((fate) => fate())).toEqual(['waiting', 'waiting']);
      await pass(200);
      expect(fates.map((fate) => fate())).toEqual(['stalled', 'stalled']);
      expect(vi.getTimerCount()).toBe(0);
      // The next reader is not asked what nobody waits for.
      const reader = start(inTurn);
      await pass(10);
      expect(reader.operations).toEqual([]);
    });

    it('brings the error of who has none to give, and nobody else', async () => {
      const reader = start(inTurn);
      const fates = [7, 8].map((pid) => fateOf(link.ask({ op: 'memory', pid })));
      await pass(10);
      reader.reply({ id: 1, status: 'error', error: 'not_found', message: '' });
      await pass(10);
      expect(fates.map((fate) => fate())).toEqual(['not_found', 'waiting']);
      // Once more, and one that nobody asked for: both are nobody's.
      reader.reply({ id: 1, status: 'error', error: 'zombie', message: '' });
      reader.reply({ id: 99, status: 'error', error: 'zombie', message: '' });
      memoryOf(reader, 8);
      await pass(10);
      expect(fates.map((fate) => fate())).toEqual(['not_found', 'answered']);
    });
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
    link = new ReaderLink((reason) => stuck(reason));
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

  it('brings memory figures', async () => {
    start();
    const [memory, none] = await Promise.allSettled([link.ask({ op: 'memory', pid: process.pid }), link.ask({ op: 'memory', pid: 4_194_304 })]);
    expect(memory).toMatchObject({ value: { head: { status: 'memory', memory: { smem: { swap_kb: expect.any(Number) as number } } } } });
    expect(none).toMatchObject({ reason: { word: 'not_found' } });
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

  it('tells the one that hung, and no other, to end', async () => {
    const first = start();
    await link.ask({ op: 'system' });
    first.kill('SIGSTOP');
    const next = new Promise<ReturnType<typeof start>>((resolve) => {
      stuck = () => resolve(start());
    });
    await expect(link.ask({ op: 'system' })).rejects.toMatchObject({ word: 'stalled' });
    const second = await next;
    const ended = once(first, 'exit');
    first.kill('SIGCONT');
    // By itself: exit() would wait for threads that hang.
    expect(await ended).toEqual([null, 'SIGKILL']);
    await expect(link.ask({ op: 'system' })).resolves.toMatchObject({ head: { status: 'system' } });
    expect([second.exitCode, second.signalCode]).toEqual([null, null]);
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

  it('does not call it stuck where the machine stood still, which stops both', async () => {
    const reasons: string[] = [];
    stuck = (reason) => reasons.push(reason);
    const reader = start();
    await link.ask({ op: 'system' });
    reader.kill('SIGSTOP');
    const answer = link.ask({ op: 'system' });
    await new Promise((resolve) => setImmediate(resolve));
    for (const end = performance.now() + 1500; performance.now() < end;);
    setTimeout(() => reader.kill('SIGCONT'), 300);
    await expect(answer).resolves.toMatchObject({ head: { status: 'system' } });
    expect(reasons).toEqual([]);
  });
});
