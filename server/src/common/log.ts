type Level = 'info' | 'warn' | 'error';

/** Extra values of a record. Never a key, a token or anything from an address space. */
type LogFields = Readonly<Record<string, string | number | boolean>>;

/** Characters that a terminal could interpret; they are escaped. */
const UNPRINTABLE = /[^\x20-\x7e]/g;

const MAX_WAITING_BYTES = 256 * 1024;

/**
 * Writes to stderr: readable text on a terminal, else one JSON object per line. Anything but printable ASCII is escaped
 * as in JSON. A record that cannot be written is dropped: a full disk must not stop the daemon.
 */
export function log(level: Level, message: string, fields: LogFields = {}): void {
  // Nobody reads the pipe, so records pile up here.
  if (process.stderr.writableLength > MAX_WAITING_BYTES) return;
  const now = new Date();
  const record = process.stderr.isTTY ? inWords(now, level, message, fields) : JSON.stringify({ time: now.toISOString(), level, message, ...fields });
  process.stderr.write(`${record.replace(UNPRINTABLE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`);
}

const LEVEL_WORDS: Readonly<Record<Level, string>> = { info: '', warn: 'warning: ', error: 'error: ' };

/** `10:41:07 warning: the reader is killed (reason: map 1234, pid: 99)`, in local time. */
function inWords(time: Date, level: Level, message: string, fields: LogFields): string {
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
  const more = Object.entries(fields).filter(([, value]) => value !== '');
  const behind = more.length === 0 ? '' : ` (${more.map(([name, value]) => `${name.replaceAll('_', ' ')}: ${value}`).join(', ')})`;
  return `${clock} ${LEVEL_WORDS[level]}${message}${behind}`;
}

/** Ignores write errors. Without a listener, 'error' from a closed pipe or a full disk would end the process. */
export function dropFailedWrites(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
