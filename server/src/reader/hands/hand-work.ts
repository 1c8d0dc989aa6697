import { beatFor } from '../../common/beat.ts';
import { KernelReader } from '../kernel/kernel-reader.ts';
import { type RootPlan, rootFilesOf } from '../kernel/root-files/root-plan.ts';
import { noteGarbage } from '../../common/garbage.ts';
import { LastTexts } from '../reading/last-texts.ts';
import { LastThreads } from '../threads/last-threads.ts';
import { readThreadStates } from '../threads/thread-states.ts';
import { liveFile } from '../procfs/process/live-file.ts';
import { type ReadMap, readMap } from '../reading/map.ts';
import { failureOf, isFailure } from '../procfs/process/outcome.ts';
import { readPages } from '../reading/pages.ts';
import { lookAlive } from '../procfs/process/alive.ts';
import { leaderOf } from '../procfs/process/leader.ts';
import { type Machine, machineLayout } from '../procfs/machine.ts';
import { readMemory } from '../procfs/memory/memory.ts';
import { listProcesses } from '../reading/process-list.ts';
import { describeSystem } from '../reading/system.ts';
import type { ReaderHead, ThreadNews } from '../protocol/protocol.ts';
import { readSmaps } from '../reading/smaps.ts';
import type { FromHand, Job, ToHand } from './messages.ts';

type Asked<O extends Job['op']> = Extract<Job, { op: O }>;

interface Answer {
  readonly head: ReaderHead;
  readonly body?: Uint8Array;
}

/** Garbage of an answer besides its body: the text that was read for it. */
const MIN_GARBAGE_BYTES = 64 * 1024;

/**
 * The work of a hand: one request at a time. Another one may only begin while an answer waits for the request of its
 * next part.
 */
export class HandWork {
  readonly #machine: Machine;
  readonly #post: (message: FromHand) => void;
  readonly #last = new LastTexts();
  readonly #threads = new LastThreads();
  #kernel: KernelReader | null = null;
  /** Answers in parts, by id. Called to continue an answer (true) or to end it (false). */
  readonly #inParts = new Map<number, (goesOn: boolean) => void>();
  readonly #begun = new Set<number>();
  /** Running jobs whose answer nobody wants any more. */
  readonly #left = new Set<number>();

  constructor(machine: Machine, post: (message: FromHand) => void) {
    this.#machine = machine;
    this.#post = post;
  }

  take(message: ToHand): void {
    if (message.type === 'job') void this.#work(message);
    else {
      // The job may already be done; then nothing would remove its id again.
      if (!message.on && this.#begun.has(message.id)) this.#left.add(message.id);
      this.#inParts.get(message.id)?.(message.on);
    }
  }

  async #work(message: Extract<ToHand, { type: 'job' }>): Promise<void> {
    const { id } = message.job;
    this.#begun.add(id);
    beatFor('pid' in message.job ? message.job.pid : 0);
    const answer = await this.#answer(message).catch((error: unknown): Answer => {
      const why = error instanceof Error ? error.message : String(error);
      return { head: { id, status: 'error', error: 'unreadable', message: `the reader failed: ${why}` } };
    });
    if (answer !== null) this.#send(answer.head, answer.body);
    this.#begun.delete(id);
    this.#left.delete(id);
    this.#post({ type: 'done', id });
  }

  /** null: nobody waits for the answer. */
  async #answer({ job, list, root }: Extract<ToHand, { type: 'job' }>): Promise<Answer | null> {
    const { id } = job;
    switch (job.op) {
      case 'processes':
        listProcesses(list ?? { above: 0, avoid: [] }, (rows) => this.#post({ type: 'rows', rows }));
        return null;
      case 'system':
        return { head: { id, status: 'system', system: describeSystem(this.#machine), layout: machineLayout(this.#machine) } };
      case 'forget':
        this.#last.forget(job.pid);
        this.#threads.forget(job.pid);
        return { head: { id, status: 'forgotten' } };
      case 'leader': {
        const leader = leaderOf(job.pid);
        return { head: isFailure(leader) ? { id, status: 'error', ...leader } : { id, status: 'leader', ...leader } };
      }
      case 'map':
        return await this.#map(job);
      case 'kernel':
        return { head: await this.#kernelHead(job, root ?? { from: 'own' }) };
      case 'smaps':
        return await this.#smaps(job);
      case 'pages':
        return await pages(job);
      case 'threads': {
        const threads = readThreadStates(job.pid);
        return { head: isFailure(threads) ? { id, status: 'error', ...threads } : { id, status: 'threads', threads } };
      }
      case 'memory':
        return { head: memoryHead(job) };
      case 'program':
      case 'file':
      case 'objects':
        throw new Error('the files process answers this');
    }
  }

  async #map({ id, pid, etag, threads: version }: Asked<'map'>): Promise<Answer> {
    // CPU time of this thread only: another one may be summing up the memory of a process meanwhile.
    const before = process.threadCpuUsage();
    const map = await readMap(pid, etag, this.#machine, this.#last, (bytes) => this.#send({ id, status: 'busy', bytes }));
    const news = isFailure(map) || version === undefined ? null : this.#readThreads(pid, map, version);
    const { user, system } = process.threadCpuUsage(before);
    const cpuMs = (user + system) / 1000;
    if (isFailure(map)) {
      if (map.error !== 'unreadable') this.#threads.forget(pid);
      return { head: { id, status: 'error', error: map.error, message: map.message, cpuMs } };
    }
    const { etag: fresh, frame, takenAt, cost } = map;
    const more = news === null ? {} : { threads: news };
    return frame === null
      ? { head: { id, status: 'unchanged', etag: fresh, cpuMs, takenAt, ...cost, ...more } }
      : { head: { id, status: 'map', etag: fresh, cpuMs, ...more }, body: frame };
  }

  #readThreads(pid: number, { look, table }: ReadMap, version: number): ThreadNews | null {
    const seen = {
      threads: look.threads,
      comm: look.comm,
      pagemap: liveFile(pid, look, 'pagemap'),
      hasChanged: table !== null,
      table: () => table ?? this.#last.table(pid),
    };
    return this.#threads.read(pid, look, seen, version);
  }

  async #kernelHead({ id, etag }: Asked<'kernel'>, root: RootPlan): Promise<ReaderHead> {
    try {
      this.#kernel ??= new KernelReader(this.#machine, rootFilesOf(root));
      const fresh = await this.#kernel.read(etag);
      return { id, status: 'kernel', etag: fresh?.etag ?? etag ?? '', half: fresh?.half ?? null };
    } catch (error) {
      return { id, status: 'error', error: 'unreadable', message: `the kernel half cannot be read: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  async #smaps({ id, pid, startPage, endPage }: Asked<'smaps'>): Promise<Answer | null> {
    const end = await readSmaps(pid, startPage, endPage, {
      isWanted: () => !this.#left.has(id),
      give: ({ cells, ...part }) => {
        this.#send({ id, status: 'figures', ...part }, new Uint8Array(cells.buffer));
        if (this.#left.has(id)) return Promise.resolve(false);
        return new Promise<boolean>((resolve) => this.#inParts.set(id, resolve));
      },
    });
    this.#inParts.delete(id);
    if (end === null) return null;
    return { head: isFailure(end) ? { id, status: 'error', ...end } : { id, status: 'smaps', ...end } };
  }

  #send(head: ReaderHead, body?: Uint8Array): void {
    noteGarbage(MIN_GARBAGE_BYTES + (body?.byteLength ?? 0));
    this.#post({ type: 'head', head, body: body ?? null });
  }
}

async function pages({ id, pid, startPage, count }: Asked<'pages'>): Promise<Answer> {
  const read = await readPages(pid, startPage, count);
  if (isFailure(read)) return { head: { id, status: 'error', ...read } };
  const { states, ...head } = read;
  return { head: { id, status: 'pages', ...head }, body: states };
}

function memoryHead({ id, pid }: Asked<'memory'>): ReaderHead {
  try {
    const now = lookAlive(pid);
    return isFailure(now) ? { id, status: 'error', ...now } : { id, status: 'memory', memory: readMemory(pid) };
  } catch (error) {
    return { id, status: 'error', ...failureOf(error, pid) };
  }
}
