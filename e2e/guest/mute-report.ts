/** Results of mute-in-guest.ts. Times are in ms. */
export interface MuteReport {
  /** While its file system answered. */
  readonly before: { readonly program: Answer; readonly file: Answer };
  /** Requests about one process each, sent together after it had stopped. */
  readonly program: Answer;
  readonly file: Answer;
  /** The first request again. */
  readonly again: Answer;
  /** With the next files process: a request about a process on another file system. */
  readonly next: Answer;
  /** The count in /api/system after each pair of requests. */
  readonly lingering: readonly number[];
  /** States of the killed processes' threads (R, S, D), and the kernel functions in which they wait. */
  readonly threads: readonly { readonly state: string; readonly at: string }[];
  /** When the maximum number of killed processes exists. */
  readonly last: Answer;
  /** All other requests meanwhile: the longest of each. */
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
