import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import type { ServerMessage } from '@procmap/shared/messages.ts';
import type { ObjectEvidence, PageRange, ThreadEvidence, UseEvidence } from '@procmap/shared/use/evidence.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import { rowFlags } from '@procmap/shared/use/row-flags.ts';
import { identify, identifyInSteps } from '@procmap/shared/use/rules/identify.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import type { Watch } from '../live/watch.svelte.ts';

/** More mappings take longer than a frame. */
const MAX_AT_ONCE = 200_000;
/** The first picture of more mappings does not wait for what they are for. */
const MAX_AT_FIRST = 10_000;
const FIRST_PICTURE_MS = 200;
/** A very large map that has not changed for this long stands still. */
const STILL_MS = 1000;

/** The evidence in a message of the stream. */
export function threadsOf({ tids, comms, pages, guards, left, denied }: Extract<ServerMessage, { type: 'threads' }>): ThreadEvidence {
  const threads = tids.map((tid, i) => ({ tid, comm: comms[i] ?? '', stackPage: pages[i] ?? null }));
  return { threads, guards: rangesOf(guards), left, denied };
}

/** The same of what ELF files tell. */
export function objectsOf({ bss, go }: Extract<ServerMessage, { type: 'objects' }>): ObjectEvidence {
  return { bss: rangesOf(bss), isGo: go };
}

/** Start and end of each range, in turn. */
function rangesOf(pages: readonly number[]): PageRange[] {
  return Array.from({ length: pages.length >> 1 }, (_, i) => ({ start: pages[2 * i] ?? 0, end: pages[2 * i + 1] ?? 0 }));
}

/** What the mappings of the watched process are for, by the evidence that has come so far. */
export class ProcessUses {
  readonly #watch: Watch;
  readonly #figures: () => MappingFigures | null;
  #threads = $state.raw<ThreadEvidence | null>(null);
  /** Of the last very large map. */
  #slow = $state.raw<Uses | null>(null);
  #objects = $state.raw<ObjectEvidence | null>(null);
  /** The first map of the process was painted. */
  #isPainted = $state.raw(false);
  #painting: ReturnType<typeof setTimeout> | null = null;
  /** A list of processes comes every second; this text hardly ever changes. */
  readonly #commandLine = $derived.by(() => this.#watch.process?.cmdline ?? '');

  /** `figures`: of all mappings, if they were read. They bring VmFlags. */
  constructor(watch: Watch, figures: () => MappingFigures | null) {
    this.#watch = watch;
    this.#figures = figures;
  }

  /** Of the mappings on the page; null without a map, of a large one before it is painted, and of a very large one until it stands still. */
  readonly uses: Uses | null = $derived.by(() => {
    const table = this.#watch.intervals?.table;
    if (table === undefined) return null;
    if (table.length > MAX_AT_ONCE) return this.#slow?.table === table ? this.#slow : null;
    return table.length > MAX_AT_FIRST && !this.#isPainted ? null : identify(table, this.#evidenceFor(table));
  });

  #evidenceFor(table: MappingTable): UseEvidence {
    const figures = this.#figures();
    const flags = figures === null ? null : rowFlags(table, figures);
    return { flags, threads: this.#threads, objects: this.#objects, commandLine: this.#commandLine };
  }

  /** Call it within an effect: for a map so large that it would delay frames, later, or a rule at a time. Returns its end. */
  followLargeMap(): (() => void) | undefined {
    const table = this.#watch.intervals?.table;
    if (table === undefined || table.length <= MAX_AT_FIRST) return undefined;
    if (table.length <= MAX_AT_ONCE) {
      // Once, though the map may change meanwhile.
      this.#painting ??= setTimeout(() => (this.#isPainted = true), FIRST_PICTURE_MS);
      return undefined;
    }
    // What is read here starts it anew.
    const evidence = this.#evidenceFor(table);
    const steps = identifyInSteps(table, evidence);
    const step = (): void => {
      const { done, value } = steps.next();
      if (done === true) this.#slow = value;
      else timer = setTimeout(step);
    };
    let timer = setTimeout(step, STILL_MS);
    return () => clearTimeout(timer);
  }

  /** null: not received yet. */
  get threads(): ThreadEvidence | null {
    return this.#threads;
  }

  setThreads(threads: ThreadEvidence): void {
    this.#threads = threads;
  }

  setObjects(objects: ObjectEvidence): void {
    this.#objects = objects;
  }

  /** Another process is watched. */
  clear(): void {
    this.#threads = null;
    this.#objects = null;
    if (this.#painting !== null) clearTimeout(this.#painting);
    this.#painting = null;
    this.#isPainted = false;
    this.#slow = null;
  }
}
