/**
 * Lets Ctrl-C and SIGTERM end this process whatever it waits for. Node catches both at its start. While this process
 * waits for the lock of another one, the kernel only interrupts it for an uncaught fatal signal. libuv restores the
 * default action when the last listener of a signal is removed.
 */
export function letSignalsKill(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const listener = (): void => undefined;
    process.on(signal, listener);
    process.off(signal, listener);
  }
}
