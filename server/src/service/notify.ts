import { writeSync } from 'node:fs';

/**
 * sd_notify(3). Node has no datagram sockets of files: systemd/notify-fd, which becomes this process, has connected one and says at which descriptor. Where there is
 * none, there is nobody to tell.
 */
const FD = /^[0-9]{1,4}$/.exec(process.env['PROCMAP_NOTIFY_FD'] ?? '')?.[0];

/** `READY=1`, `STOPPING=1`, `STATUS=...` */
export function notify(state: string): void {
  if (FD === undefined) return;
  try {
    writeSync(Number(FD), state);
  } catch {
    // It is being replaced itself; the next one is heard.
  }
}

const PER_PERIOD = 3;

/** Says that it lives as long as its event loop turns: one that hangs in the kernel is killed and started again. */
export function keepWatchdog(): void {
  const microseconds = Number(process.env['WATCHDOG_USEC'] ?? '0');
  if (!(microseconds > 0)) return;
  const tell = (): void => notify('WATCHDOG=1');
  tell();
  setInterval(tell, microseconds / 1000 / PER_PERIOD);
}
