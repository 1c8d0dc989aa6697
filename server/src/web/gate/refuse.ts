import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiError } from '../answer/api-error.ts';
import { SECURITY_HEADERS } from './guard.ts';

/**
 * Sends an error, in the usual form, on a connection without a response object. Closes it even if the other end does
 * not.
 */
export function refuse(socket: Duplex, { status, body }: ApiError): void {
  const text = JSON.stringify(body);
  const headers = [
    ...SECURITY_HEADERS,
    ['content-type', 'application/json; charset=utf-8'],
    ['content-length', String(Buffer.byteLength(text))],
    ['connection', 'close'],
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`);
}
