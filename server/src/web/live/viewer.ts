import type { ObjectEvidence } from '@procmap/shared/use/evidence.ts';
import type { ClientMessage, ServerMessage } from '@procmap/shared/messages.ts';
import type { MapVersion } from './map-version.ts';
import type { LookPace } from './pace.ts';
import type { Feed } from './feed.ts';
import type { KernelWatch } from './kernel-watch.ts';
import type { MemoryFeeds } from './feeds.ts';
import type { StateMessage, LastLook, WatchedProcess, Watcher } from './watched-process.ts';
import type { WatchedProcesses } from './watched-processes.ts';

/** The part of a socket that a viewer uses. */
export interface Outlet {
  send(data: string | Uint8Array): void;
  /** Bytes that the other end has not read yet. */
  readonly bufferedAmount: number;
  /** Ends a connection whose other end has stopped reading. */
  terminate(): void;
}

/** Services that viewers need. */
export interface ViewerSources {
  readonly processes: WatchedProcesses;
  /** The process list. */
  readonly feed: Feed;
  readonly memory: MemoryFeeds;
  readonly kernel: KernelWatch;
  /** What ELF files tell of a process; null: nothing can be told. Never rejects. */
  readonly objects: (pid: number) => Promise<ObjectEvidence | null>;
}

type Request = Exclude<ClientMessage, { type: 'hello' }>;

/** Above this many bytes in transit, a viewer gets no updates; later it catches up with one combined delta. */
const MAX_BUFFERED = 1024 * 1024;
const LONGEST_JAM_MS = 10_000;
/** Maximum number of requests meanwhile: each of them is answered. */
const MAX_JAMMED = 100;
/** Accepts ticks that come a little early; otherwise the granularity of timers could halve the rate. */
const EARLY = 0.9;
/** Rate while a viewer waits for a single look, whatever rate it has chosen. */
const ONE_LOOK_HZ = 10;
/** Relative change from which a new actual rate is reported. */
const NOTEWORTHY = 0.1;

/** One page: the process it watches, how often, and its version of the map. */
export class Viewer implements Watcher {
  readonly #outlet: Outlet;
  readonly #sources: ViewerSources;
  #watched: WatchedProcess | null = null;
  #askedHz = 0;
  #paused = false;
  /** Requests one look that begins after this time, whatever the rate; Infinity: none. */
  #wantsLookAfter = Infinity;
  /** The version that the page has; null: none of this process yet. */
  #base: MapVersion | null = null;
  /** Time of the look last reported to the page. The rate limits looks, not messages. */
  #toldOf = -Infinity;
  #jammedSince: number | null = null;
  /** Number of requests since then. */
  #askedJammed = 0;
  #saidHz = { asked: 0, actual: 0 };
  #wantsMemory = false;
  /** The process whose memory figures are sent; 0: none. */
  #memoryOf = 0;
  readonly #onText = (text: string): void => {
    if (!this.#isJammed()) this.#outlet.send(text);
  };
  #wantsUses = false;
  #asksObjects = false;
  /** The version of threads that the page has; 0: none of this process yet. */
  #threadsSaid = 0;
  /** The kernel half that the page has. */
  #kernelSaid = '';
  readonly #onKernel = (message: string): void => {
    if (message === this.#kernelSaid || this.#isJammed()) return;
    this.#kernelSaid = message;
    this.#outlet.send(message);
    this.#followKernel();
  };

  constructor(outlet: Outlet, sources: ViewerSources) {
    this.#outlet = outlet;
    this.#sources = sources;
  }

  /** A paused viewer still gets its first map. */
  get rateHz(): number {
    if (this.#wantsLookAfter < Infinity) return Math.max(ONE_LOOK_HZ, this.#askedHz);
    return this.#paused && this.#base !== null ? 0 : this.#askedHz;
  }

  get wantsThreads(): boolean {
    return this.#wantsUses;
  }

  take(request: Request): void {
    this.#askedJammed = this.#isJammed() ? this.#askedJammed + 1 : 0;
    if (this.#askedJammed > MAX_JAMMED) {
      this.#outlet.terminate();
      return;
    }
    switch (request.type) {
      case 'watch':
        this.#unwatch();
        this.#askedHz = request.rateHz;
        this.#watched = this.#sources.processes.watch(request.pid, this);
        this.#followMemory();
        return;
      case 'unwatch':
        this.#unwatch();
        return;
      case 'rate':
        this.#askedHz = request.rateHz;
        this.#watched?.catchUp(this);
        return;
      case 'pause':
        this.#paused = true;
        this.#followKernel();
        this.#followMemory();
        this.#watched?.schedule();
        return;
      case 'resume':
        this.#paused = false;
        this.#followKernel();
        this.#followMemory();
        this.#watched?.catchUp(this);
        return;
      case 'resync':
        this.#base = null;
        this.#threadsSaid = 0;
        this.#toldOf = -Infinity;
        this.#watched?.catchUp(this);
        return;
      case 'look':
        this.#wantsLookAfter = performance.now();
        this.#watched?.schedule();
        return;
      case 'processes':
        this.#sources.feed.remove(this.#onText);
        if (request.on) this.#sources.feed.add(this.#onText);
        return;
      case 'uses':
        this.#wantsUses = request.on;
        // What this look finds is sent even while paused.
        if (request.on) this.#wantsLookAfter = performance.now();
        this.#watched?.schedule();
        return;
      case 'objects':
        void this.#bringObjects();
        return;
      case 'memory':
        this.#wantsMemory = request.on;
        this.#followMemory();
    }
  }

  close(): void {
    this.#unwatch();
    this.#sources.feed.remove(this.#onText);
  }

  #unwatch(): void {
    const watched = this.#watched;
    this.#watched = null;
    this.#base = null;
    this.#paused = false;
    this.#wantsLookAfter = Infinity;
    this.#threadsSaid = 0;
    this.#toldOf = -Infinity;
    this.#saidHz = { asked: 0, actual: 0 };
    if (watched !== null) this.#sources.processes.unwatch(watched, this);
    this.#followKernel();
    this.#followMemory();
  }

  /** Reports the kernel half only after the first map, which people wait for. A paused viewer already has its map. */
  #followKernel(): void {
    if (this.#base !== null && !(this.#paused && this.#kernelSaid !== '')) this.#sources.kernel.add(this.#onKernel);
    else this.#sources.kernel.remove(this.#onKernel);
  }

  /** Subscribes to the memory figures of the watched process, unless the viewer is paused or wants none. */
  #followMemory(): void {
    const wants = this.#wantsMemory && !this.#paused && this.#watched?.hasEnded !== true;
    const pid = wants ? (this.#watched?.pid ?? 0) : 0;
    if (pid === this.#memoryOf) return;
    if (this.#memoryOf !== 0) this.#sources.memory.remove(this.#memoryOf, this.#onText);
    if (pid !== 0) this.#sources.memory.add(pid, this.#onText);
    this.#memoryOf = pid;
  }

  onState(state: StateMessage, last: MapVersion | null): void {
    // This map stays on the page, so it must be the last one.
    if (state.state === 'exited' && last !== null && last !== this.#base) this.#bring(last);
    this.#say(state);
    this.#followMemory();
  }

  onTick({ version, lookedAt, takenAt, readMs, bytes, reads, threads }: LastLook): void {
    const isWanted = lookedAt >= this.#wantsLookAfter;
    if (this.#paused && this.#base !== null && !isWanted) return;
    if ((!isWanted && lookedAt - this.#toldOf < (EARLY * 1000) / this.#askedHz) || this.#isJammed()) return;
    if (isWanted) this.#wantsLookAfter = Infinity;
    this.#toldOf = lookedAt;
    if (version === this.#base) {
      this.#say({ type: 'tick', pid: version.meta.process.pid, sequence: version.sequence, takenAt, readMs, bytes, reads });
    } else this.#bring(version);
    this.#bringThreads(threads);
  }

  /** One question at a time: a file system that does not answer may delay it. */
  async #bringObjects(): Promise<void> {
    const watched = this.#watched;
    if (watched === null || this.#asksObjects) return;
    this.#asksObjects = true;
    const objects = await this.#sources.objects(watched.pid);
    this.#asksObjects = false;
    if (objects === null || this.#watched !== watched || this.#isJammed()) return;
    this.#say({ type: 'objects', pid: watched.pid, bss: objects.bss.flatMap(({ start, end }) => [start, end]), go: objects.isGo });
  }

  /** After the map that they belong to. */
  #bringThreads(threads: LastLook['threads']): void {
    if (!this.#wantsUses || threads === null || threads.version === this.#threadsSaid || this.#isJammed()) return;
    this.#threadsSaid = threads.version;
    this.#outlet.send(threads.text);
  }

  #bring(version: MapVersion): void {
    this.#outlet.send(version.frameFrom(this.#base));
    this.#base = version;
    this.#followKernel();
  }

  onProgress(pid: number, bytes: number): void {
    this.#say({ type: 'progress', pid, bytes });
  }

  /** Reports the rate if it has changed. */
  onRate(pid: number, pace: LookPace): void {
    const asked = this.#askedHz;
    const actual = pace.actualHz(asked);
    if (asked === this.#saidHz.asked && Math.abs(actual - this.#saidHz.actual) <= this.#saidHz.actual * NOTEWORTHY) return;
    this.#saidHz = { asked, actual };
    const corePercent = pace.corePercent(asked);
    const message =
      actual < asked
        ? `${asked} updates per second of this process would use ${corePercent.toFixed(0)} % of a core; it is updated less often, to use ${pace.mostPercent} % at most (--tick-share)`
        : '';
    this.#say({ type: 'rate', pid, askedHz: asked, actualHz: actual, corePercent, message });
  }

  #say(message: ServerMessage): void {
    this.#outlet.send(JSON.stringify(message));
  }

  #isJammed(): boolean {
    if (this.#outlet.bufferedAmount <= MAX_BUFFERED) {
      this.#jammedSince = null;
      return false;
    }
    this.#jammedSince ??= performance.now();
    if (performance.now() - this.#jammedSince > LONGEST_JAM_MS) this.#outlet.terminate();
    return true;
  }
}
