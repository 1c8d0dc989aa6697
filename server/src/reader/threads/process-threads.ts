import type { MappingTable } from '@procmap/shared/region.ts';
import type { ThreadEvidence } from '@procmap/shared/use/evidence.ts';
import { errnoName } from '../procfs/process/outcome.ts';
import { whyDenied } from './denied.ts';
import { LookedUpMap } from './looked-up-map.ts';
import { type StackMapping, StackMappings } from './stack-mappings.ts';
import { TASK_FILES, type TaskFiles } from './task-files.ts';

/**
 * Files that a look may read here: less than 5 ms of CPU time. What is left over is read at the next look. They are
 * counted since no clock serves: on a busy machine, wall time passes without work, and the kernel counts CPU time in
 * steps of 4 ms.
 */
const MAX_FILES = 254;
/** Of thousands of threads a look reads a file for so many: their map is as long, and costs each look more than these. */
const THREADS_PER_FILE = 20;
/** Names among them that are read again: they change rarely. */
const MAX_RENAMES = 150;
/** Longest time in any case, and part of it for guards. */
const BUDGET_MS = 50;
const GUARDS_MS = 2;
/** Threads are listed, and names read again, at least so often. A right that was missing is tried again too. */
const REFRESH_MS = 5000;
/** Pause after a list, as a multiple of the time that it took. */
const LIST_REST = 20;
/** A running thread is asked at the next looks, then ever more rarely: one that only computes never answers. */
const EAGER_TRIES = 2;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 30_000;
/** A thread whose stack is known is asked again so seldom: a program may switch stacks by itself (fibers, coroutines). */
const RECHECK_MS = 30_000;

/** What a look at the map of the process has found. */
export interface MapSeen {
  /** Number of threads, and name of the first, by /proc/PID/stat. */
  readonly threads: number;
  readonly comm: string;
  /** Path of the process's pagemap. */
  readonly pagemap: string;
  /** The map is another than at the last look. */
  readonly hasChanged: boolean;
  /** The map of this look; null: there is none. May take long if the map is unchanged. */
  readonly table: () => MappingTable | null;
}

interface Thread {
  readonly tid: number;
  /** '' until it is read. */
  comm: string;
  page: number | null;
  /** The mapping with its stack pointer; null: unknown, or none. */
  stack: StackMapping | null;
  /** Times that it was running when asked. */
  misses: number;
  /** Times to read its stack pointer and its name, by performance.now(). */
  askAtMs: number;
  nameAtMs: number;
}

/** Versions are never repeated, not even by the next reader, so that a client's version is that of one state. */
let versions = Math.trunc((performance.timeOrigin + performance.now()) * 1000);

/**
 * The threads of one process and where their stacks are. A stack hardly ever moves: a thread whose stack is known is
 * asked again seldom while the mapping around its stack pointer keeps its bounds and permissions. So looks at a process
 * that does not change mostly open no file.
 */
export class ProcessThreads {
  readonly #pid: number;
  readonly #files: TaskFiles;
  readonly #threads = new Map<number, Thread>();
  readonly #stacks = new StackMappings();
  #version = ++versions;
  #evidence: ThreadEvidence | null = null;
  /** Number of threads at the last list; -1: none yet. */
  #count = -1;
  #wantsList = true;
  #listedAtMs = -Infinity;
  #listMs = 0;
  #left = 0;
  #denied = '';
  /** Nothing is to be done before this time, if the map and the number of threads stay. */
  #dueAtMs = -Infinity;

  constructor(pid: number, files: TaskFiles = TASK_FILES) {
    this.#pid = pid;
    this.#files = files;
  }

  get size(): number {
    return this.#threads.size;
  }

  get version(): number {
    return this.#version;
  }

  /** Reads what has changed or is still missing. Never throws. `budgetMs`: wall time. */
  look(seen: MapSeen, budgetMs = BUDGET_MS): void {
    const began = performance.now();
    const map = new LookedUpMap(seen.table);
    let [files, renames] = [0, 0];
    // Called before each file. Parsing an unchanged map again takes longer, the larger it is, and once for all threads.
    const isLate = (): boolean => ++files > this.#mostFiles || performance.now() - began - map.tookMs > budgetMs;
    this.#noteFirst(seen.comm);
    if (seen.hasChanged && map.table !== null) this.#checkStacks(map.table);
    this.#wantsList ||= seen.hasChanged || seen.threads !== this.#count || began >= this.#listedAtMs + REFRESH_MS;
    if (this.#wantsList && began >= this.#listedAtMs + LIST_REST * this.#listMs) this.#list(seen, began);
    if (began < this.#dueAtMs) return;
    const unasked = this.#ask(map, began, isLate);
    this.#readNames(began, isLate, ({ comm }) => comm === '');
    this.#readNames(
      began,
      () => isLate() || ++renames > MAX_RENAMES,
      ({ comm }) => comm !== '',
    );
    this.#noteLeft(unasked, began);
    const searchBegan = performance.now();
    const isSearchLate = (): boolean => isLate() || performance.now() - searchBegan > GUARDS_MS;
    if (this.#stacks.isSearching && !isLate() && this.#stacks.search(seen.pagemap, isSearchLate)) this.#change();
    this.#dueAtMs = this.#stacks.isSearching ? -Infinity : this.#listedAtMs + REFRESH_MS;
    for (const { askAtMs, nameAtMs } of this.#threads.values()) this.#dueAtMs = Math.min(this.#dueAtMs, askAtMs, nameAtMs);
  }

  /** Everything known by now. */
  get evidence(): ThreadEvidence {
    if (this.#evidence === null) {
      const threads = [...this.#threads.values()].toSorted((a, b) => a.tid - b.tid);
      this.#stacks.keepOnly(new Set(threads.map(({ stack }) => stack)));
      this.#evidence = {
        threads: threads.map(({ tid, comm, page }) => ({ tid, comm, stackPage: page })),
        guards: this.#stacks.guards,
        left: this.#left,
        denied: this.#denied,
      };
    }
    return this.#evidence;
  }

  get #mostFiles(): number {
    return Math.max(MAX_FILES, this.#threads.size / THREADS_PER_FILE);
  }

  #change(): void {
    if (this.#evidence !== null) this.#version = ++versions;
    this.#evidence = null;
  }

  /** The name of the first thread comes with each look. */
  #noteFirst(comm: string): void {
    const first = this.#threads.get(this.#pid);
    if (first === undefined || first.comm === comm) return;
    first.comm = comm;
    this.#change();
  }

  /** Threads whose mapping is another now are asked again; until then, their old stack pointer counts. */
  #checkStacks(table: MappingTable): void {
    if (this.#stacks.check(table)) this.#change();
    for (const thread of this.#threads.values()) {
      if (thread.page === null || (thread.stack !== null && this.#stacks.has(thread.stack))) continue;
      thread.stack = null;
      thread.askAtMs = -Infinity;
      this.#dueAtMs = -Infinity;
    }
  }

  #list(seen: MapSeen, now: number): void {
    let tids: ReadonlySet<number>;
    try {
      tids = new Set(this.#files.list(this.#pid));
    } catch {
      // The process is gone; the next look will tell.
      return;
    }
    this.#wantsList = false;
    this.#count = seen.threads;
    this.#listedAtMs = now;
    this.#listMs = performance.now() - now;
    for (const tid of this.#threads.keys()) if (!tids.has(tid)) this.#drop(tid);
    for (const tid of tids) if (!this.#threads.has(tid)) this.#add(tid, tid === this.#pid ? seen.comm : '');
    this.#dueAtMs = Math.min(this.#dueAtMs, now);
  }

  #add(tid: number, comm: string): void {
    const isNamed = comm !== '';
    this.#threads.set(tid, { tid, comm, page: null, stack: null, misses: 0, askAtMs: -Infinity, nameAtMs: isNamed ? Infinity : -Infinity });
    this.#dueAtMs = -Infinity;
    this.#change();
  }

  #drop(tid: number): void {
    this.#threads.delete(tid);
    this.#change();
  }

  /** Returns the threads that time did not suffice for. */
  #ask(map: LookedUpMap, now: number, isLate: () => boolean): ReadonlySet<Thread> {
    const unasked = new Set<Thread>();
    for (const thread of this.#threads.values()) {
      if (thread.askAtMs > now) continue;
      if (isLate()) {
        if (thread.askAtMs === -Infinity) unasked.add(thread);
      } else if (!this.#askOne(thread, map, now)) return new Set();
    }
    return unasked;
  }

  /** A thread without its name is left over too. */
  #noteLeft(unasked: ReadonlySet<Thread>, now: number): void {
    let left = 0;
    for (const thread of this.#threads.values()) if (unasked.has(thread) || (thread.comm === '' && thread.nameAtMs <= now)) left++;
    if (left === this.#left) return;
    this.#left = left;
    this.#change();
  }

  /** False: the kernel forbids to ask. */
  #askOne(thread: Thread, map: LookedUpMap, now: number): boolean {
    try {
      const pointer = this.#files.stackPointer(this.#pid, thread.tid);
      if (this.#denied !== '') this.#deny('');
      if (pointer === 'running') {
        const wait = thread.misses++ < EAGER_TRIES ? 0 : FIRST_WAIT_MS * 2 ** (thread.misses - EAGER_TRIES - 1);
        thread.askAtMs = now + Math.min(LONGEST_WAIT_MS, wait);
      } else {
        thread.askAtMs = now + RECHECK_MS;
        this.#move(thread, pointer);
      }
    } catch (error) {
      return this.#takeError(error, thread, now);
    }
    if (thread.page !== null && thread.stack === null && map.table !== null) thread.stack = this.#stacks.find(map.table, thread.page);
    return true;
  }

  /** A stack pointer that moves within its mapping says nothing new, unless that holds several stacks. */
  #move(thread: Thread, page: number | null): void {
    const { stack } = thread;
    const isThere = stack !== null && page !== null && page >= stack.start && page < stack.end;
    if (thread.page === page || (isThere && stack.guards.length === 0)) return;
    thread.page = page;
    if (!isThere) thread.stack = null;
    this.#change();
  }

  /** True: go on with the next thread. */
  #takeError(error: unknown, thread: Thread, now: number): boolean {
    switch (errnoName(error)) {
      case 'ENOENT':
      case 'ESRCH':
        if (!this.#isThere(thread.tid)) this.#drop(thread.tid);
        else this.#deny('this kernel does not tell stack pointers: it has no file syscall for threads (CONFIG_HAVE_ARCH_TRACEHOOK)');
        break;
      default:
        this.#deny(whyDenied(this.#pid));
    }
    if (this.#denied === '') return true;
    for (const each of this.#threads.values()) if (each.askAtMs <= now) each.askAtMs = now + REFRESH_MS;
    return false;
  }

  #deny(why: string): void {
    if (this.#denied === why) return;
    this.#denied = why;
    this.#change();
  }

  #isThere(tid: number): boolean {
    try {
      this.#files.name(this.#pid, tid);
      return true;
    } catch {
      return false;
    }
  }

  #readNames(now: number, isLate: () => boolean, isMeant: (thread: Thread) => boolean): void {
    for (const thread of this.#threads.values()) {
      if (thread.nameAtMs > now || !isMeant(thread)) continue;
      if (isLate()) return;
      try {
        const comm = this.#files.name(this.#pid, thread.tid);
        thread.nameAtMs = now + REFRESH_MS;
        if (comm === thread.comm) continue;
        thread.comm = comm;
        this.#change();
      } catch {
        this.#drop(thread.tid);
      }
    }
  }
}
