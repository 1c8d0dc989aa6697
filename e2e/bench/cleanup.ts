/** Cleanup steps for the end of the bench, however it ends. They run in reverse order. */
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
    // An uncaught error ends the process without waiting; this still runs everything that is synchronous.
    process.on('exit', () => void this.run());
  }

  /** `undo` should do the important part before its first await. It may be called twice. */
  defer(undo: () => void | Promise<void>): void {
    this.#undo.push(undo);
  }

  async run(): Promise<void> {
    const undo = this.#undo.splice(0).reverse();
    await Promise.allSettled(undo.map(async (each) => each()));
  }
}
