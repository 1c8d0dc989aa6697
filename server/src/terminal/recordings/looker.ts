import { decodeFrame } from '@procmap/shared/codec.ts';
import type { ThreadEvidence } from '@procmap/shared/use/evidence.ts';
import { MapChain } from '@procmap/shared/time/chain.ts';
import type { Version } from '@procmap/shared/time/recorder.ts';
import { liveFile } from '../../reader/procfs/process/live-file.ts';
import { type Failure, isFailure } from '../../reader/procfs/process/outcome.ts';
import type { Machine } from '../../reader/procfs/machine.ts';
import { LastTexts } from '../../reader/reading/last-texts.ts';
import { readMap } from '../../reader/reading/map.ts';
import { ProcessThreads } from '../../reader/threads/process-threads.ts';

/** What a look found. */
export interface Seen {
  readonly takenAt: number;
  readonly readMs: number;
  /** CPU time of the look, in ms. */
  readonly spentMs: number;
  /** The map. The same object as at the look before: unchanged. */
  readonly version: Version;
  /** Likewise the same object while nothing changed. */
  readonly threads: ThreadEvidence;
}

/** Looks at one process again and again, in this process, with the rights of its user. */
export class Looker {
  readonly #pid: number;
  readonly #machine: Machine;
  readonly #texts = new LastTexts();
  readonly #chain = new MapChain();
  readonly #threads: ProcessThreads;
  #etag: string | null = null;
  #version: Version | null = null;

  constructor(pid: number, machine: Machine) {
    this.#pid = pid;
    this.#machine = machine;
    this.#threads = new ProcessThreads(pid);
  }

  async look(): Promise<Seen | Failure> {
    const before = process.cpuUsage();
    const answer = await readMap(this.#pid, this.#etag, this.#machine, this.#texts, () => undefined);
    if (isFailure(answer)) return answer;
    this.#etag = answer.etag;
    if (answer.frame !== null) {
      const frame = decodeFrame(answer.frame);
      if (frame.type !== 'snapshot') throw new Error('the reader made no snapshot');
      this.#version = this.#chain.next(frame.meta, frame.table);
    }
    const version = this.#version;
    if (version === null) throw new Error('the reader has no map');
    const { look } = answer;
    this.#threads.look({
      threads: look.threads,
      comm: look.comm,
      pagemap: liveFile(this.#pid, look, 'pagemap'),
      hasChanged: answer.frame !== null,
      table: () => version.table,
    });
    const { user, system } = process.cpuUsage(before);
    return { takenAt: answer.takenAt, readMs: answer.cost.readMs, spentMs: (user + system) / 1000, version, threads: this.#threads.evidence };
  }
}
