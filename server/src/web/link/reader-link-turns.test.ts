import { describe, expect, it, vi } from 'vitest';
import { MEMORY } from '../../../test/fake-reader-link.ts';
import type { ScriptedReader } from '../../../test/scripted-reader.ts';
import type { ReaderRequest } from '../../reader/protocol/protocol.ts';
import { fateOf, link, pass, start, stuck, useScriptedReader, willing } from './reader-link.fixture.ts';

useScriptedReader();

describe('with a scripted reader', () => {
  describe('what a reader answers out of turn', () => {
    /** Answers only requests in turn, at once. */
    function inTurn(request: ReaderRequest, reader: ScriptedReader): void {
      if (request.op === 'map') reader.reply({ id: request.id, status: 'error', error: 'not_found', message: '' });
      else if (request.op !== 'memory' && request.op !== 'program') willing(request, reader);
    }

    function memoryOf(reader: ScriptedReader, pid: number): void {
      const id = reader.asked.find((request) => request.op === 'memory' && request.pid === pid)?.id ?? NaN;
      reader.reply({ id, status: 'memory', memory: { ...MEMORY, rss_kb: pid } });
    }

    it('comes in any order, to the client that asked for it', async () => {
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

    it('delays nothing that is answered in turn, and does not count as a hang', async () => {
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

    it('does not hide a hang of the reader at a request in turn', async () => {
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

    it('has thirty seconds; then it fails, the reader is replaced, and all other requests are repeated', async () => {
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

    it('has thirty seconds from the request on, even with one reader after another', async () => {
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

    it('is repeated when the reader dies, and refused after two deaths', async () => {
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

    it('is not blamed for the death of a reader that was not up', async () => {
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
      // The next reader does not get requests that nobody waits for.
      const reader = start(inTurn);
      await pass(10);
      expect(reader.operations).toEqual([]);
    });

    it('passes an error on to its request, and to no other', async () => {
      const reader = start(inTurn);
      const fates = [7, 8].map((pid) => fateOf(link.ask({ op: 'memory', pid })));
      await pass(10);
      reader.reply({ id: 1, status: 'error', error: 'not_found', message: '' });
      await pass(10);
      expect(fates.map((fate) => fate())).toEqual(['not_found', 'waiting']);
      // A repeated answer, and one without a request: both are ignored.
      reader.reply({ id: 1, status: 'error', error: 'zombie', message: '' });
      reader.reply({ id: 99, status: 'error', error: 'zombie', message: '' });
      memoryOf(reader, 8);
      await pass(10);
      expect(fates.map((fate) => fate())).toEqual(['not_found', 'answered']);
    });
  });
});
