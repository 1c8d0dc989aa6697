import { type Profiler, Session } from 'node:inspector';

/** Code blocks of the project and of its message validation that have run in this thread, by V8's precise coverage. */
export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  get blocks(): number {
    return this.#seen.size;
  }

  /** True if a block has run since the last call that never had before. */
  grew(): boolean {
    let grew = false;
    this.#session.post('Profiler.takePreciseCoverage', (_error, taken) => {
      // Called before post() returns, since the inspector is this thread's own.
      for (const { url, functions } of taken.result) if (isOwn(url)) for (const { ranges } of functions) grew = this.#note(url, ranges) || grew;
    });
    return grew;
  }

  #note(url: string, ranges: readonly Profiler.CoverageRange[]): boolean {
    let grew = false;
    for (const { startOffset, endOffset, count } of ranges) {
      if (count === 0) continue;
      // A loop that runs often counts as another path than one that runs once.
      const block = `${url}:${startOffset}-${endOffset}:${Math.min(8, 32 - Math.clz32(count))}`;
      if (this.#seen.has(block)) continue;
      this.#seen.add(block);
      grew = true;
    }
    return grew;
  }
}

function isOwn(url: string): boolean {
  return /\/(server|shared|web)\/src\/|\/valibot\//.test(url);
}
