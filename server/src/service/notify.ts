import { writeSync } from 'node:fs';

/**
 * sd_notify(3). Node has no datagram sockets for Unix sockets, so systemd/notify-fd, which then executes this process,
 * connects one and passes its descriptor. Without one, nobody is notified.
 */
const FD = /^[0-9]{1,4}$/.exec(process.env['PROCMAP_NOTIFY_FD'] ?? '')?.[0];

/** `READY=1`, `STOPPING=1`, `STATUS=...` */
export function notify(state: string): void {
  if (FD === undefined) return;
  try {
    writeSync(Number(FD), state);
  } catch {
    // systemd is re-executing itself; it will receive the next message.
  }
}

const PER_PERIOD = 3;

/** Notifies the watchdog while the event loop runs. systemd kills and restarts a process that hangs in the kernel. */
export function keepWatchdog(): void {
  const microseconds = Number(process.env['WATCHDOG_USEC'] ?? '0');
  if (!(microseconds > 0)) return;
  const tell = (): void => notify('WATCHDOG=1');
  tell();
  setInterval(tell, microseconds / 1000 / PER_PERIOD);
}
