import { describe, expect, it, vi } from 'vitest';
import { type ScriptedReader, SYSTEM } from '../../../test/scripted-reader.ts';
import { unreadProcess } from '../../reader/reading/unread-process.ts';
import type { ReaderRequest } from '../../reader/protocol/protocol.ts';
import { parseRequest } from '../../reader/protocol/request.ts';
import { encodeMessage } from '../../reader/protocol/wire.ts';
import { fateOf, link, pass, start, stuck, useScriptedReader, willing } from './reader-link.fixture.ts';

useScriptedReader();

describe('with a scripted reader', () => {
  describe('a link', () => {
    it('sends requests from before there was a reader, in order', async () => {
      const asks = [link.ask({ op: 'system' }), link.ask({ op: 'forget', pid: 7 })];
      const reader = start(willing);
      await pass(10);
      expect(reader.operations).toEqual(['system', 'forget 7']);
      await Promise.all(asks);
    });

    it('reports a reader as stuck after a second of silence, fails that request and repeats the others', async () => {
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

    it('tells the next reader which processes blocked the previous one', async () => {
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

    it('tells it in several messages if there are many', async () => {
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

    it('does not repeat a request for ever that wears out reader after reader', async () => {
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

    it('replaces a reader with too many held threads, and repeats unanswered requests', async () => {
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

    it('assembles a list from its pieces', async () => {
      const reader = start();
      const list = link.ask({ op: 'processes' });
      await pass(0);
      const id = reader.asked[0]?.id ?? NaN;
      for (const pid of [1, 2]) reader.reply({ id, status: 'rows', processes: [unreadProcess(pid)] });
      reader.reply({ id, status: 'processes', processes: [unreadProcess(3)] });
      await pass(10);
      expect((await list).head.processes.map(({ pid }) => pid)).toEqual([1, 2, 3]);
    });

    it('uses no piece of a list twice when the reader dies in the middle of it', async () => {
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

    it('passes an answer out of turn to its request', async () => {
      const reader = start();
      const fates = [7, 8].map((pid) => fateOf(link.ask({ op: 'map', pid, etag: null })));
      await pass(0);
      reader.reply({ id: reader.asked[1]?.id ?? NaN, status: 'error', error: 'stalled', message: '' });
      await pass(10);
      expect(fates.map((fate) => fate())).toEqual(['waiting', 'stalled']);
    });

    it('starts the second of a request when the previous one is answered', async () => {
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

    it('waits while the reader reports that it is busy, or sends data', async () => {
      const reader = start();
      const told: number[] = [];
      const fate = fateOf(link.ask({ op: 'map', pid: 7, etag: null }, (bytes) => told.push(bytes)));
      for (let i = 0; i < 10; i++) {
        await pass(900);
        reader.reply({ id: 1, status: 'busy', bytes: i * 1000 });
      }
      // Its progress is reported.
      expect(told).toEqual(Array.from({ length: 10 }, (_, i) => i * 1000));
      const message = Buffer.concat(encodeMessage({ id: 1, status: 'map', etag: 'x', cpuMs: 1 }, new Uint8Array(8)));
      for (let at = 0; at < message.length; at += 10) {
        await pass(900);
        reader.send(message.subarray(at, at + 10));
      }
      await pass(10);
      expect([fate(), stuck]).toEqual(['answered', []]);
    });

    it('gives a new reader ten seconds to start, then asks for another', async () => {
      start(willing, false);
      await pass(9900);
      expect(stuck).toEqual([]);
      await pass(200);
      expect(stuck).toEqual(['no answer to its start']);
    });

    it('sends a hello to a reader with only requests out of turn: if it is silent, it is replaced, and the next one gets them', async () => {
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

    it('tells one that hangs to end, but not one that has not started: the next service would find that in its socket', async () => {
      const late = start(willing, false);
      await pass(10_100);
      expect([late.isClosed, late.operations]).toEqual([true, []]);
      const hangs = start();
      const fate = fateOf(link.ask({ op: 'map', pid: 7, etag: null }));
      await pass(1100);
      expect([fate(), hangs.operations]).toEqual(['stalled', ['map 7', 'end']]);
    });

    it('repeats a request once after a reader died of it, then refuses it, and goes on with the next', async () => {
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

    it('refuses it even if the next reader comes before the end of the previous one is noticed', async () => {
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

    it('does not blame a request for the death of a reader that was not up', async () => {
      const fate = fateOf(link.ask({ op: 'map', pid: 7, etag: null }));
      for (let i = 0; i < 5; i++) {
        start(willing, false).die();
        await pass(100);
      }
      start(willing);
      await pass(10);
      expect(fate()).toBe('answered');
    });

    it('fails requests if no reader comes for ten seconds, at any time', async () => {
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

    it('fails requests if readers come and die without an answer', async () => {
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

    it('ignores answers to requests that it does not wait for', async () => {
      const reader = start((request, self) => self.reply({ id: request.id + 1, status: 'forgotten' }));
      const fate = fateOf(link.ask({ op: 'forget', pid: 7 }));
      await pass(10);
      expect(fate()).toBe('waiting');
      reader.reply({ id: 1, status: 'forgotten' });
      await pass(10);
      expect(fate()).toBe('answered');
    });
  });
});
