/** Unlike exit(), does not wait for threads that the kernel holds. */
export function endNow(): never {
  process.kill(process.pid, 'SIGKILL');
  process.exit(1);
}
