/** The entries of a history, one of which is current: the browser's, or a test's. Each is a fragment without its #. */
export interface HistoryEntries {
  readonly current: string;
  /** Adds an entry after the current one; it becomes the last and the current one. */
  push(fragment: string): void;
  replace(fragment: string): void;
}

/** The browser's history. */
export const entries: HistoryEntries = {
  get current() {
    return location.hash.slice(1);
  },
  push(fragment) {
    history.pushState(null, '', addressOf(fragment));
  },
  replace(fragment) {
    history.replaceState(null, '', addressOf(fragment));
  },
};

function addressOf(fragment: string): string {
  return fragment === '' ? location.pathname : `${location.pathname}#${fragment}`;
}
