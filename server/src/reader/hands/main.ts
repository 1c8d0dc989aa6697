import { parentPort, workerData } from 'node:worker_threads';
import { setPulse } from '../../common/beat.ts';
import { HandWork } from './hand-work.ts';
import type { FromHand, HandData, ToHand } from './messages.ts';
import { ownThread } from './thread-time.ts';

// A thread of the reader that does what it is asked, and may be held by the kernel at that: then nothing waits for it but what was asked of it.
const { pulse, machine } = workerData as HandData;
const port = parentPort;
if (port === null) throw new Error('this is a thread of the reader');
setPulse(new Int32Array(pulse), ownThread());
const work = new HandWork(machine, (message: FromHand) => {
  const { buffer } = ('body' in message ? message.body : null) ?? {};
  // Of a buffer that is larger than what is sent of it the rest is somebody's.
  const isWhole = buffer instanceof ArrayBuffer && 'body' in message && message.body?.byteLength === buffer.byteLength;
  port.postMessage(message, isWhole ? [buffer] : []);
});
port.on('message', (message: ToHand) => work.take(message));
