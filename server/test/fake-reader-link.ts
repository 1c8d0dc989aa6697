import { encodeSnapshot } from '@procmap/shared/codec.ts';
import type { MapMeta } from '@procmap/shared/frame.ts';
import { type KernelHalf, NO_KERNEL_HALF } from '@procmap/shared/kernel-half.ts';
import { DEVICE_CELL, FIGURE_ROW_CELLS } from '@procmap/shared/figures/mapping-figures.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import { KB_OF_PAGE } from '@procmap/shared/page.ts';
import { EMPTY_TABLE, type MappingTable } from '@procmap/shared/region.ts';
import { LAYOUT_64, META } from '@procmap/shared/table.fixture.ts';
import type { AskedOp } from '../src/reader/protocol/ops.ts';
import type { ProcessInfo, ReaderErrorWord, ThreadNews } from '../src/reader/protocol/protocol.ts';
import type { PartsTaker } from '../src/web/link/reader-asks.ts';
import { ReaderFault } from '../src/web/link/reader-fault.ts';
import type { ReaderLink } from '../src/web/link/reader-link.ts';
import { SYSTEM } from './scripted-reader.ts';

export const MEMORY: Memory = {
  vsz_kb: 100,
  rss_kb: 40,
  mem_percent: 0.1,
  hugetlb_kb: 0,
  smem: { swap_kb: 1, uss_kb: 20, pss_kb: 30, rss_kb: 40 },
  smem_from: 'smaps_rollup',
  smem_error: null,
  mem_total_kb: 40_000,
  max_map_count: 65_530,
  taken_at: 0,
  read_ms: 1,
};

interface Ask {
  readonly op: AskedOp;
  readonly pid?: number;
  readonly etag?: string | null;
  readonly threads?: number;
}

/** The result for a process: a table, or the reason why there is none. */
type Shown = MappingTable | ReaderErrorWord | 'stalled';

/** Replaces a link to a reader in tests with fake timers: answers at once from the data given here. */
export class FakeReaderLink {
  readonly asked: Ask[] = [];
  /** By pid. */
  readonly shown = new Map<number, Shown>();
  /** Told about threads of each process, when asked. */
  readonly threads = new Map<number, ThreadNews>();
  meta: MapMeta = META;
  cpuMs = 1;
  tookMs = 1;
  processes: ProcessInfo[] = [];
  /** Read time in answers with the process list; undefined: omitted. */
  readMs: number | undefined;
  memory: Memory = MEMORY;
  /** Cost of a read of smaps. */
  smapsMs = 1;
  kernel: KernelHalf = NO_KERNEL_HALF;
  /** Progress reported before each map: bytes read so far. */
  busy: readonly number[] = [];
  /** User of the program at the other end of each connection. */
  peerUid: number | null = process.getuid?.() ?? 0;
  /** Process ids by thread id, for threads that are not the first. */
  readonly leaders = new Map<number, number>();
  /** Start time of every process. */
  startTime = 1;
  /** Delay of each answer, except to which process a thread id belongs. */
  delayMs = 0;
  /** Makes the next answers wait until it is settled. */
  gate: Promise<void> = Promise.resolve();
  readonly #etags = new Map<number, { shown: Shown; etag: string }>();

  /** The link for code under test. */
  get link(): ReaderLink {
    return this as unknown as ReaderLink;
  }

  async ask(request: Ask, onBusy?: (bytes: number) => void): Promise<object> {
    this.asked.push(request);
    if (request.op === 'map') for (const bytes of this.busy) onBusy?.(bytes);
    await this.gate;
    if (this.delayMs > 0 && request.op !== 'leader') await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    return this.#answer(request);
  }

  #answer({ op, pid = 0, etag = null, threads }: Ask): object {
    switch (op) {
      case 'forget':
        this.#etags.delete(pid);
        return { head: { id: 0, status: 'forgotten' } };
      case 'peer':
        return { head: { id: 0, status: 'peer', uid: this.peerUid } };
      case 'system':
        return { head: { id: 0, status: 'system', system: SYSTEM, layout: LAYOUT_64 } };
      case 'kernel':
        return { head: this.#kernelHead(etag) };
      case 'processes':
        return {
          head: { id: 0, status: 'processes', processes: this.processes, ...(this.readMs === undefined ? {} : { readMs: this.readMs }) },
          tookMs: this.tookMs,
        };
      case 'leader':
        return { head: { id: 0, status: 'leader', pid: this.leaders.get(pid) ?? pid, startTime: this.startTime } };
      case 'memory':
        this.#shownOf(pid);
        return { head: { id: 0, status: 'memory', memory: this.memory } };
      case 'threads':
        this.#shownOf(pid);
        return { head: { id: 0, status: 'threads', threads: [{ tid: pid, comm: 'seven', state: 'S' }] } };
      case 'program':
        this.#shownOf(pid);
        return { head: { id: 0, status: 'program', program: { pid, exe: '/bin/seven', exe_type: 'ELF', interpreter: '' } } };
      case 'file':
        this.#shownOf(pid);
        return { head: { id: 0, status: 'file', file: { state: 'same', reason: null, build_id: null, elf_address: '0x0' } } };
      case 'objects':
        this.#shownOf(pid);
        return { head: { id: 0, status: 'objects', objects: { bss: [{ start: 1, end: 3 }], isGo: true } } };
      case 'pages':
        this.#shownOf(pid);
        return { head: { id: 0, status: 'pages', comm: 'seven', takenAt: Date.now(), cost: { ms: 1, bytes: 8, reads: 1 } }, body: new Uint8Array(1) };
      case 'smaps':
        throw new Error('this is asked for in parts');
      case 'map':
        return this.#map(pid, etag, threads);
    }
  }

  #map(pid: number, etag: string | null, version: number | undefined): object {
    const news = this.threads.get(pid);
    const more = version === undefined || news === undefined || news.version === version ? {} : { threads: news };
    const shown = this.#shownOf(pid);
    const last = this.#etags.get(pid);
    const cost = { cpuMs: this.cpuMs, takenAt: Date.now(), readMs: 1, bytes: 100, reads: 1 };
    if (last?.shown === shown && last.etag === etag) return { head: { id: 0, status: 'unchanged', etag, ...cost, ...more } };
    const fresh = { shown, etag: `etag-${this.asked.length}` };
    this.#etags.set(pid, fresh);
    const meta = { ...this.meta, process: { ...this.meta.process, pid }, takenAt: Date.now() };
    return { head: { id: 0, status: 'map', etag: fresh.etag, cpuMs: this.cpuMs, ...more }, body: encodeSnapshot(0, meta, shown) };
  }

  /** Throws if there is a reason not to show one. */
  #shownOf(pid: number): MappingTable {
    const shown = this.shown.get(pid) ?? EMPTY_TABLE;
    if (typeof shown === 'string') throw new ReaderFault(shown, `it is ${shown}`, this.cpuMs);
    return shown;
  }

  /** All of each mapping is in memory. */
  async askParts({ op, pid }: { readonly op: 'smaps'; readonly pid: number }, { take }: Pick<PartsTaker, 'take'>): Promise<object> {
    this.asked.push({ op, pid });
    await this.gate;
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    const { length, start, end, device, inodeLow, inodeHigh, offset } = this.#shownOf(pid);
    const head = { id: 0, comm: 'seven', takenAt: Date.now() };
    const cells = new Float64Array(length * FIGURE_ROW_CELLS);
    for (let row = 0; row < length; row++) {
      const [from, to] = [start[row] ?? 0, end[row] ?? 0];
      const at = row * FIGURE_ROW_CELLS;
      cells.set([from, to, KB_OF_PAGE * (to - from)], at);
      cells.set([device[row] ?? 0, inodeLow[row] ?? 0, inodeHigh[row] ?? 0, offset[row] ?? 0], at + DEVICE_CELL);
    }
    if (length > 0) await take({ ...head, status: 'figures', flagSets: [''] }, new Uint8Array(cells.buffer));
    return { head: { ...head, status: 'smaps', torn: false, cost: { ms: this.smapsMs, bytes: 0, reads: 1 } } };
  }

  #kernelHead(etag: string | null): object {
    const fresh = JSON.stringify(this.kernel);
    return { id: 0, status: 'kernel', etag: fresh, half: fresh === etag ? null : this.kernel };
  }

  /** Forgets everything, like a replaced reader. */
  forgetAll(): void {
    this.#etags.clear();
  }

  /** Number of requests for the map of that process. */
  looks(pid: number): number {
    return this.asked.filter((each) => each.op === 'map' && each.pid === pid).length;
  }
}
