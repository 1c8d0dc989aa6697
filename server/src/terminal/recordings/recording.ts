import type { Memory } from '@procmap/shared/memory.ts';
import { encodeEvidence } from '@procmap/shared/time/evidence-payload.ts';
import { encodeKernel } from '@procmap/shared/time/kernel-payload.ts';
import type { Look } from '@procmap/shared/time/looks.ts';
import { Recorder, type StoredFrame, type Version } from '@procmap/shared/time/recorder.ts';
import { encodeSums } from '@procmap/shared/time/sums-payload.ts';
import { plural } from '@procmap/shared/units.ts';
import type { KernelHalf } from '@procmap/shared/kernel-half.ts';
import type { ObjectEvidence, ThreadEvidence } from '@procmap/shared/use/evidence.ts';
import { mappedByUse } from '@procmap/shared/use/mapped-by-use.ts';
import { identify } from '@procmap/shared/use/rules/identify.ts';
import { PACKING } from './packing.ts';
import { readMemory } from '../../reader/procfs/memory/memory.ts';
import { askObjects } from '../reading/ask-objects.ts';
import type { Seen } from './looker.ts';

/** Threads come and go: what tells of them is written at most so often. */
const EVIDENCE_MS = 5000;
/** The kernel walks page tables for figures: at most so often, and for a tenth of the time. */
const FIGURES_MS = 2000;
const FIGURES_REST = 10;
/** Naming what memory is for takes a fiftieth of the time at most. */
const USES_REST = 50;

/** What a process mapped over time, as frames. */
export class Recording {
  readonly #pid: number;
  readonly #commandLine: string;
  readonly #recorder: Recorder;
  #version: Version | null = null;
  #comm = '';
  #objects: ObjectEvidence | null = null;
  #threads: ThreadEvidence | null = null;
  #evidenceAt = -Infinity;
  #memory: Memory | null = null;
  #memoryDueAt = -Infinity;
  #byUse: Readonly<Record<string, number>> = {};
  #usesOf: { readonly version: Version; readonly threads: ThreadEvidence } | null = null;
  #usesDueAt = -Infinity;
  #looks = 0;
  #changes = 0;
  #unread = 0;

  /** `keep` gets the frames in order. */
  constructor(pid: number, commandLine: string, keep: (frame: StoredFrame) => void) {
    this.#pid = pid;
    this.#commandLine = commandLine;
    this.#recorder = new Recorder(PACKING, keep);
  }

  /** `12 looks, 3 changes`. */
  get summary(): string {
    const unread = this.#unread === 0 ? '' : `, ${plural(this.#unread, 'look')} without an answer`;
    return `${plural(this.#looks, 'look')}, ${plural(this.#changes, 'change')}${unread}`;
  }

  noteKernel(half: KernelHalf, at: number): void {
    this.#recorder.note('KERN', at, encodeKernel(half));
  }

  async take(seen: Seen): Promise<void> {
    const { version, takenAt, readMs } = seen;
    const { comm } = version.meta.process;
    if (version !== this.#version) {
      if (this.#version !== null) this.#changes++;
      this.#version = version;
      this.#recorder.add(version);
    }
    // An exec brings other files.
    const isOther = comm !== this.#comm;
    if (isOther) this.#objects = await askObjects(this.#pid);
    this.#comm = comm;
    this.#noteEvidence(seen, isOther);
    this.#readMemory(takenAt);
    this.#nameUses(seen);
    this.#looks++;
    this.#recorder.look(this.#lookOf(takenAt, readMs, version));
  }

  failed(): void {
    this.#unread++;
  }

  /** Resolves when all frames are given away. */
  end(): Promise<void> {
    return this.#recorder.flush();
  }

  #noteEvidence({ threads, takenAt }: Seen, isOther: boolean): void {
    const now = performance.now();
    if (!isOther && (threads === this.#threads || now < this.#evidenceAt + EVIDENCE_MS)) return;
    this.#threads = threads;
    this.#evidenceAt = now;
    this.#recorder.note('EVID', takenAt, encodeEvidence({ commandLine: this.#commandLine, threads, objects: this.#objects }));
  }

  #readMemory(at: number): void {
    if (performance.now() < this.#memoryDueAt) return;
    try {
      this.#memory = readMemory(this.#pid);
    } catch {
      // It has ended; the next look tells.
      return;
    }
    this.#recorder.note('SUMS', at, encodeSums(this.#memory));
    this.#memoryDueAt = performance.now() + Math.max(FIGURES_MS, FIGURES_REST * this.#memory.read_ms);
  }

  #nameUses({ version, threads }: Seen): void {
    const isKnown = this.#usesOf?.version === version && this.#usesOf.threads === threads;
    const began = performance.now();
    if (isKnown || began < this.#usesDueAt) return;
    const uses = identify(version.table, { flags: null, threads, objects: this.#objects, commandLine: this.#commandLine });
    this.#byUse = Object.fromEntries([...mappedByUse(uses, version.meta.layout)].map(([use, pages]) => [use ?? '', pages]));
    this.#usesOf = { version, threads };
    const now = performance.now();
    this.#usesDueAt = now + USES_REST * (now - began);
  }

  #lookOf(at: number, readMs: number, { meta, table }: Version): Look {
    const memory = this.#memory;
    let mappedPages = 0;
    for (let row = 0; row < table.length && (table.end[row] ?? 0) <= meta.layout.taskEnd; row++) mappedPages += (table.end[row] ?? 0) - (table.start[row] ?? 0);
    return {
      at,
      readMs,
      torn: meta.cost.torn ? 1 : 0,
      mappings: table.length,
      mappedPages,
      rssKb: memory?.rss_kb ?? null,
      pssKb: memory?.smem?.pss_kb ?? null,
      swapKb: memory?.smem?.swap_kb ?? null,
      figuresAt: memory?.taken_at ?? null,
      byUse: this.#byUse,
    };
  }
}
