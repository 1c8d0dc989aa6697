import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lostFailure } from '../../reader/held-failure.ts';
import type { Failure } from '../../reader/procfs/process/outcome.ts';
import type { InTurn } from '../../reader/protocol/ops.ts';
import { MAX_REQUEST_BYTES, type ReaderHead } from '../../reader/protocol/protocol.ts';
import { encodeMessage, MessageReader } from '../../reader/protocol/wire.ts';

/** In a build, all scripts are in one folder. */
export const FILES = join(import.meta.dirname, import.meta.filename.endsWith('.ts') ? '../../../files/main.ts' : 'files.js');
const STREAM = 3;
/** To start it on a busy machine. */
const MAX_START_MS = 10_000;
const MAX_ANSWER_BYTES = 16 * MAX_REQUEST_BYTES;

/** Ids of the requests. */
const [ASKED, HELLO] = [1, 2];

/** `script`: that of the files process. `maxMs`: what it may take once it runs; then the answer is null. */
interface Asking {
  readonly script: string;
  readonly maxMs: number;
}

/**
 * Asks a separate process for what it finds in files of another one. An unresponsive file system may block that process
 * for ever, beyond the reach of signals; this one goes on and ends without it.
 */
export async function askFiles({ op, pid }: Omit<InTurn<'files'>, 'id'>, { script, maxMs }: Asking): Promise<ReaderHead | Failure | null> {
  const root = process.env['PROCMAP_PROC'];
  const env = root === undefined ? {} : { PROCMAP_PROC: resolve(root) };
  const child = spawn(process.execPath, ['--disable-sigusr1', script], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], env, detached: true, cwd: '/' });
  // A process that could not be started, for lack of descriptors, has no streams.
  const stream = (child.stdio as readonly unknown[] | undefined)?.[STREAM] as Socket | null | undefined;
  if (stream === null || stream === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    return { error: 'unreadable', message: `its files cannot be read: ${error.message}` };
  }
  const incoming = new MessageReader(MAX_ANSWER_BYTES);
  let timer = new AbortController();
  const answer = new Promise<ReaderHead | Failure | null>((resolve) => {
    const giveUpAfter = (ms: number): void => {
      timer.abort();
      timer = new AbortController();
      setTimeout(ms, null, { signal: timer.signal }).then(resolve, () => undefined);
    };
    giveUpAfter(MAX_START_MS);
    stream.on('data', (chunk: Buffer) => {
      for (const { head } of incoming.push(chunk)) {
        const { id } = head as ReaderHead;
        if (id === ASKED) resolve(head as ReaderHead);
        else if (id === HELLO) giveUpAfter(maxMs);
      }
    });
    for (const event of ['error', 'close']) stream.on(event, () => resolve(lostFailure('the files process ended')));
    child.on('error', ({ message }) => resolve(lostFailure(message)));
  });
  for (const request of [
    { id: HELLO, op: 'hello' },
    { id: ASKED, op, pid },
  ])
    for (const buffer of encodeMessage(request)) stream.write(buffer);
  const head = await answer;
  timer.abort();
  child.kill('SIGKILL');
  child.unref();
  stream.destroy();
  return head;
}
