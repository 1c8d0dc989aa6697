import { expect, it } from 'vitest';
import { readMachine } from '../procfs/machine.ts';
import { HandWork } from './hand-work.ts';
import type { FromHand } from './messages.ts';

it('does not drop the next request with the same id when a cancellation comes too late', async () => {
  const told: FromHand[] = [];
  const work = new HandWork(readMachine(), (message) => told.push(message));
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  work.take({ type: 'job', job: { id: 1, op: 'system' } });
  await until(() => told.some(({ type }) => type === 'done'));
  work.take({ type: 'go', id: 1, on: false });
  told.length = 0;
  work.take({ type: 'job', job: { id: 1, op: 'smaps', pid: process.pid, startPage: 0, endPage: 2 ** 52 } });
  await until(() => told.length > 0);
  expect(told[0]).toMatchObject({ type: 'head', head: { id: 1, status: 'figures' } });
  work.take({ type: 'go', id: 1, on: false });
  await until(() => told.some(({ type }) => type === 'done'));
});
