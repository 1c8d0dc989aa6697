import { usageFault } from '../common/fault.ts';
import { optional, type Values } from './option.ts';
import { parseFile, parsePort } from './values.ts';

/** Options of `procmap open`. Without any, the only running daemon is meant. */
export const OPEN = {
  port: optional({ name: 'port', value: 'N', summary: 'the daemon that listens on this port, if several run', excludes: ['socket'] }, (text) =>
    parsePort(text, 1),
  ),
  /** Absolute path. */
  socket: optional({ name: 'socket', value: 'PATH', summary: 'the daemon that listens on this Unix socket', completion: 'files', excludes: ['port'] }, (text) =>
    parseFile('socket', text),
  ),
};

export interface OpenOptions extends Values<typeof OPEN> {
  readonly verb: 'open';
}

export function checkOpen(values: Values<typeof OPEN>): OpenOptions {
  if (values.port !== null && values.socket !== null) throw usageFault('--port and --socket exclude each other');
  return { verb: 'open', ...values };
}
