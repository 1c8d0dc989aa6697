/**
 * Makes Ctrl-C and SIGTERM end this process whatever it waits for. Node catches both at its start, and what is caught does not end a wait for a lock of another process, which the kernel breaks off for
 * a signal that kills, and for no other. libuv leaves a signal to the kernel again when its last listener goes.
 */
export function letSignalsKill(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const listener = (): void => undefined;
    process.on(signal, listener);
    process.off(signal, listener);
  }
}
