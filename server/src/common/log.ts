type Level = 'info' | 'warn' | 'error';

/** Values that a record may hold beside its message: never a key, a token or anything of an address space. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** What a terminal might take for more than text. */
const UNPRINTABLE = /[^\x20-\x7e]/g;

const MAX_WAITING_BYTES = 256 * 1024;

/**
 * On a terminal a line of words on stderr, else one JSON object; of ASCII: what is neither is written as JSON has it. A record that cannot be written is
 * dropped: a full disk must not stop the daemon.
 */
export function log(level: Level, message: string, fields: LogFields = {}): void {
  // A pipe that nobody reads: what is written waits here.
  if (process.stderr.writableLength > MAX_WAITING_BYTES) return;
  const now = new Date();
  const record = process.stderr.isTTY ? inWords(now, level, message, fields) : JSON.stringify({ time: now.toISOString(), level, message, ...fields });
  process.stderr.write(`${record.replace(UNPRINTABLE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`);
}

const LEVEL_WORDS: Readonly<Record<Level, string>> = { info: '', warn: 'warning: ', error: 'error: ' };

/** `10:41:07 warning: the reader is killed (reason: map 1234, pid: 99)`, in the local time. */
function inWords(time: Date, level: Level, message: string, fields: LogFields): string {
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
  const more = Object.entries(fields).filter(([, value]) => value !== '');
  const behind = more.length === 0 ? '' : ` (${more.map(([name, value]) => `${name.replaceAll('_', ' ')}: ${value}`).join(', ')})`;
  return `${clock} ${LEVEL_WORDS[level]}${message}${behind}`;
}

/** Writing to a closed pipe or a full disk raises 'error', which would end the process. */
export function dropFailedWrites(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
