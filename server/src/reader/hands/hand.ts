import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PULSE_CELLS } from '../../common/beat.ts';
import type { Machine } from '../procfs/machine.ts';
import type { FromHand, HandData, ToHand } from './messages.ts';
import { HandWatch } from './watch.ts';

/** The same limit as the reader's own: see daemon/children/launch.ts. */
const LIMITS = { maxYoungGenerationSizeMb: 12 };

interface HandEvents {
  readonly message: (message: FromHand) => void;
  /** The thread has ended. */
  readonly ended: (why: string) => void;
}

/** A thread for work that may block, as its owner sees it. */
export class Hand {
  readonly #worker: Worker;
  readonly watch: HandWatch;

  /** `script`: from handScript(). */
  constructor(script: string, machine: Machine, events: HandEvents) {
    const pulse = new SharedArrayBuffer(PULSE_CELLS * Int32Array.BYTES_PER_ELEMENT);
    const workerData: HandData = { pulse, machine };
    this.watch = new HandWatch(new Int32Array(pulse));
    this.#worker = new Worker(script, { workerData, resourceLimits: LIMITS });
    let told = false;
    const end = (why: string): void => {
      if (!told) events.ended(why);
      told = true;
    };
    this.#worker.on('message', events.message);
    this.#worker.on('error', (error: unknown) => end(error instanceof Error ? error.message : String(error)));
    this.#worker.on('exit', (status) => end(`a thread of the reader ended with status ${status}`));
  }

  post(message: ToHand): void {
    this.#worker.postMessage(message);
  }

  /** A thread that the kernel holds only ends when the kernel releases it. */
  stop(): void {
    void this.#worker.terminate();
  }
}

/**
 * Path of a thread's script. In the sources: `source`, relative to this folder. In a build: `built`, beside the other
 * scripts.
 */
export function handScript(source: string, built: string): string {
  return join(import.meta.dirname, import.meta.filename.endsWith('.ts') ? source : built);
}
