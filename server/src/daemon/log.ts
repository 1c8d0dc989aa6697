type Level = 'info' | 'warn' | 'error';

/** Values that a record may hold beside its message: never a key, a token or anything of an address space. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** What a terminal might take for more than text. */
const UNPRINTABLE = /[^\x20-\x7e]/g;

/** One JSON object per line on stderr, of ASCII: JSON has another way to write all else. A record that cannot be written is dropped: a full disk must not stop the daemon. */
export function log(level: Level, message: string, fields: LogFields = {}): void {
  const record = JSON.stringify({ time: new Date().toISOString(), level, message, ...fields });
  process.stderr.write(`${record.replace(UNPRINTABLE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`);
}

/** Writing to a closed pipe or a full disk raises 'error', which would end the process. */
export function dropFailedWrites(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
