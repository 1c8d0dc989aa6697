import { describe, expect, it, vi } from 'vitest';
import { fateOf, link, pass, start, stuck, useScriptedReader } from './reader-link.fixture.ts';

useScriptedReader();

describe('with a scripted reader', () => {
  describe('an answer in parts', () => {
    const PART = { status: 'figures', comm: 'x', takenAt: 0, flagSets: [] } as const;
    const RANGE = { op: 'smaps', pid: 7, startPage: 0, endPage: 9 } as const;
    const END = { status: 'smaps', comm: 'x', takenAt: 0, torn: false, cost: { ms: 1, bytes: 2, reads: 3 } } as const;

    /** Sends a request; returns its parts, and a function that lets the next one come. */
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

    it('is not requested for a client that has gone already', async () => {
      const reader = start();
      const fate = fateOf(link.askParts(RANGE, { take: () => Promise.resolve(), signal: AbortSignal.abort() }));
      await pass(10);
      expect([fate(), reader.operations]).toEqual(['stalled', []]);
    });

    it('comes at the pace of its client, however slow', async () => {
      const reader = start();
      const { parts, fate, done } = askParts();
      await pass(10);
      const id = reader.asked[0]?.id ?? NaN;
      reader.reply({ id, ...PART }, new Uint8Array(8));
      // Much longer than the reader may be silent.
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

    it('may not be silent for long between two parts', async () => {
      const reader = start();
      const { fate, done } = askParts();
      await pass(10);
      reader.reply({ id: reader.asked[0]?.id ?? NaN, ...PART });
      await pass(10);
      done();
      await pass(31_000);
      expect([fate(), stuck]).toEqual(['stalled', ['no answer to smaps 7']]);
    });

    it('is not requested again after its first part, when the reader dies', async () => {
      const first = start();
      const [begun, waiting] = [askParts(), askParts()];
      await pass(10);
      first.reply({ id: first.asked[0]?.id ?? NaN, ...PART });
      await pass(10);
      first.die();
      const second = start();
      await pass(10);
      expect([begun.fate(), waiting.fate(), second.operations]).toEqual(['stalled', 'waiting', ['smaps 7']]);
      // No data of the first answer goes to the second.
      begun.done();
      await pass(10);
      expect(second.operations).toEqual(['smaps 7']);
    });

    it('is cancelled when nobody wants it', async () => {
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
});
