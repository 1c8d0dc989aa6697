import { parentPort, workerData } from 'node:worker_threads';
import { beatFor, setPulse } from '../common/beat.ts';
import type { FromHand, HandData, ToHand } from '../reader/hands/messages.ts';
import { ownThread } from '../reader/hands/thread-time.ts';
import { failureOf, isFailure } from '../reader/procfs/process/outcome.ts';
import { lookAlive } from '../reader/procfs/process/alive.ts';
import { hasTurn, type InTurn } from '../reader/protocol/ops.ts';
import type { ReaderHead } from '../reader/protocol/protocol.ts';
import { readFileNow } from './file-now.ts';
import { readObjects } from './objects.ts';
import { readProgram } from './program.ts';

// A thread of the files process. It opens files of other processes, whose file systems may block it for ever.
const port = parentPort;
if (port === null) throw new Error('this is a thread of procmap');
setPulse(new Int32Array((workerData as HandData).pulse), ownThread());
port.on('message', (message: ToHand) => {
  if (message.type !== 'job') return;
  const { job } = message;
  if (!hasTurn(job, 'files')) return;
  beatFor(job.pid);
  void headOf(job).then((head) => {
    port.postMessage({ type: 'head', head, body: null } satisfies FromHand);
    port.postMessage({ type: 'done', id: job.id } satisfies FromHand);
  });
});

async function headOf(job: InTurn<'files'>): Promise<ReaderHead> {
  const { id, pid } = job;
  try {
    const now = lookAlive(pid);
    if (isFailure(now)) return { id, status: 'error', ...now };
    if (job.op === 'program') return { id, status: 'program', program: await readProgram(pid) };
    const asks = (fileSystem: string): void => port?.postMessage({ type: 'asks', fileSystem } satisfies FromHand);
    if (job.op === 'objects') {
      const objects = await readObjects(pid, asks);
      return isFailure(objects) ? { id, status: 'error', ...objects } : { id, status: 'objects', objects };
    }
    const file = await readFileNow(pid, job.startPage, asks);
    return isFailure(file) ? { id, status: 'error', ...file } : { id, status: 'file', file };
  } catch (error) {
    return { id, status: 'error', ...failureOf(error, pid) };
  }
}
