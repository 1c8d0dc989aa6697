import { setTimeout as wait } from 'node:timers/promises';
import { escapeText } from '@procmap/shared/text/escape.ts';
import { formatBytes } from '@procmap/shared/units.ts';
import { Fault } from '../../common/fault.ts';
import type { RecordOptions } from '../../options.ts';
import { type Failure, isFailure } from '../../reader/procfs/process/outcome.ts';
import { describeSystem } from '../../reader/reading/system.ts';
import { readKernelHalf } from '../reading/kernel-half.ts';
import { thisMachine, threadOf } from '../reading/process-map.ts';
import { describeProcess } from './describe-process.ts';
import { Looker, type Seen } from './looker.ts';
import { RecordingOutput } from './output.ts';
import { Recording } from './recording.ts';

/** Looks use at most so much of a core. */
const MAX_SHARE = 0.1;
const PROGRESS_MS = 1000;
/** After a failed look, as the kernel may hold the next one too. */
const RETRY_MS = 1000;

/** procmap record: writes what a process maps over time into a file. Throws a Fault. */
export async function record(options: RecordOptions, version: string): Promise<void> {
  const machine = thisMachine();
  const pid = threadOf(options.pid)?.tgid ?? options.pid;
  const looker = new Looker(pid, machine);
  const first = await looker.look();
  // Before there is a file.
  if (isFailure(first)) throw new Fault(first.message);
  const output = new RecordingOutput(options.output, options.force);
  const { host, kernel_release, arch } = describeSystem(machine);
  const { comm, startTime } = first.version.meta.process;
  const of = describeProcess(pid, comm, startTime);
  const head = {
    made_at: new Date(first.takenAt).toISOString(),
    made_by: `procmap ${version}`,
    redacted: false,
    system: { host, kernel_release, arch },
    process: of,
  };
  await output.begin(head, first.takenAt);
  const recording = new Recording(pid, of.cmdline, (frame) => output.add(frame));
  recording.noteKernel(await readKernelHalf(machine), first.takenAt);
  const stop = stopper();
  const progress = new Progress(recording, output);
  let lookedAt = performance.now();
  const end = lookedAt + (options.forMs ?? Infinity);
  let seen: Seen | Failure = first;
  let why = '';
  for (;;) {
    if (!isFailure(seen)) await recording.take(seen);
    else if (isOver(seen)) why = seen.message;
    else recording.failed();
    progress.show();
    // The last look is at the end.
    if (why !== '' || stop.signal.aborted || lookedAt >= end) break;
    const now = performance.now();
    // The first look is dear, as its code is compiled.
    const restMs = isFailure(seen) ? RETRY_MS : seen === first ? 0 : seen.spentMs / MAX_SHARE;
    const pause = Math.max(1000 / options.rate - (now - lookedAt), restMs);
    await wait(Math.max(0, Math.min(pause, end - now)), undefined, { signal: stop.signal }).catch(() => undefined);
    lookedAt = performance.now();
    seen = await looker.look();
  }
  await recording.end();
  output.end();
  progress.end();
  const name = escapeText(options.output);
  say(`${why === '' ? '' : `${why}; `}recorded ${recording.summary} of process ${pid} (${of.name}) in ${name}, ${formatBytes(output.bytes)}`);
  say('the file holds addresses, names of files and threads, and the command line: mind whom you give it to');
}

function isOver({ error }: Failure): boolean {
  return error === 'exited' || error === 'zombie' || error === 'not_found';
}

function say(line: string): void {
  process.stderr.write(`procmap: ${line}\n`);
}

/** Ctrl-C and SIGTERM end the recording in order; a second one ends this process at once. */
function stopper(): AbortController {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => controller.abort());
  return controller;
}

/** A line on a terminal that is written anew. */
class Progress {
  readonly #recording: Recording;
  readonly #output: RecordingOutput;
  #shownAt = -Infinity;
  #length = 0;

  constructor(recording: Recording, output: RecordingOutput) {
    this.#recording = recording;
    this.#output = output;
  }

  show(): void {
    if (!process.stderr.isTTY || performance.now() < this.#shownAt + PROGRESS_MS) return;
    this.#shownAt = performance.now();
    this.#write(`recording ${this.#recording.summary}, ${formatBytes(this.#output.bytes)}; Ctrl-C ends`);
  }

  end(): void {
    if (this.#length > 0) this.#write('');
  }

  #write(line: string): void {
    process.stderr.write(`\r${line.padEnd(this.#length)}${line === '' ? '\r' : ''}`);
    this.#length = line.length;
  }
}
