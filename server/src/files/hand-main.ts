import { parentPort, workerData } from 'node:worker_threads';
import { lookAt, setPulse } from '../reader/beat.ts';
import type { FromHand, HandData, ToHand } from '../reader/hands/messages.ts';
import { ownThread } from '../reader/hands/thread-time.ts';
import { failureOf, isFailure } from '../reader/outcome.ts';
import { lookAlive } from '../reader/procfs/alive.ts';
import type { ReaderHead } from '../reader/protocol.ts';
import { readProgram } from './program.ts';

// A thread of the process `files`: opens files of others, whose file systems may hold it for ever.
const port = parentPort;
if (port === null) throw new Error('this is a thread of procmap');
setPulse(new Int32Array((workerData as HandData).pulse), ownThread());
port.on('message', (message: ToHand) => {
  if (message.type !== 'job' || message.job.op !== 'program') return;
  const { id, pid } = message.job;
  lookAt(pid);
  void programHead(id, pid).then((head) => {
    port.postMessage({ type: 'head', head, body: null } satisfies FromHand);
    port.postMessage({ type: 'done', id } satisfies FromHand);
  });
});

async function programHead(id: number, pid: number): Promise<ReaderHead> {
  try {
    const now = lookAlive(pid);
    return isFailure(now) ? { id, status: 'error', ...now } : { id, status: 'program', program: await readProgram(pid) };
  } catch (error) {
    return { id, status: 'error', ...failureOf(error, pid) };
  }
}
