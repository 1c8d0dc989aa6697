/** What must be undone when the bench ends, however it ends: the last thing first. */
export class Cleanup {
  readonly #undo: (() => void | Promise<void>)[] = [];

  constructor() {
    for (const [signal, status] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      process.on(signal, () => void this.run().finally(() => process.exit(status)));
    }
    // An error that nobody caught ends the process without waiting: do at least what can be done at once.
    process.on('exit', () => void this.run());
  }

  /** `undo` should do what matters before it first waits. May be called twice. */
  defer(undo: () => void | Promise<void>): void {
    this.#undo.push(undo);
  }

  async run(): Promise<void> {
    const undo = this.#undo.splice(0).reverse();
    await Promise.allSettled(undo.map(async (each) => each()));
  }
}
