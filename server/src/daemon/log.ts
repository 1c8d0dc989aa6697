type Level = 'info' | 'warn' | 'error';

/** Values that a record may hold beside its message: never a key, a token or anything of an address space. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** One JSON object per line on stderr. A record that cannot be written is dropped: a full disk must not stop the daemon. */
export function log(level: Level, message: string, fields: LogFields = {}): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
}

/** Writing to a closed pipe or a full disk raises 'error', which would end the process. */
export function dropFailedWrites(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
