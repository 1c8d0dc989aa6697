/** What mute-in-guest.ts found. Times in ms. */
export interface MuteReport {
  /** While its file system answered. */
  readonly before: { readonly program: Answer; readonly file: Answer };
  /** Asked at once, of one process each, after it had stopped. */
  readonly program: Answer;
  readonly file: Answer;
  /** Of the first one, once more. */
  readonly again: Answer;
  /** With the next process `files`: of one on another file system. */
  readonly next: Answer;
  /** /api/system's count after each two that were asked. */
  readonly lingering: readonly number[];
  /** States of the threads of those that were killed (R, S, D), and what they wait for. */
  readonly threads: readonly { readonly state: string; readonly at: string }[];
  /** When as many linger as may. */
  readonly last: Answer;
  /** Of everything else all the while: the longest. */
  readonly others: Readonly<Record<string, { readonly count: number; readonly worstMs: number; readonly statuses: readonly number[] }>>;
  readonly readers: readonly [before: number, after: number];
  readonly terminal: { readonly status: number | null; readonly ms: number; readonly stdout: string };
  readonly stop: { readonly status: number | null; readonly ms: number };
  readonly log: string;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly ms: number;
}
