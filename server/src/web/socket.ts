import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import { WebSocketServer } from 'ws';
import { apiError, type ApiError } from './api-error.ts';
import { Connection, type StreamSources } from './connection.ts';
import { SECURITY_HEADERS } from './guard.ts';

const PATH = '/api/stream';
const MOST_SOCKETS = 16;
const MOST_MESSAGE_BYTES = 4096;
/** RFC 6455 7.4.1 */
const CLOSE_GOING_AWAY = 1001;
const CLOSE_MS = 200;

/** WS /api/stream. Until the first message has shown the session's key, nothing is sent and nothing is read. */
export class StreamServer {
  readonly #sources: StreamSources;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MOST_MESSAGE_BYTES, perMessageDeflate: false });

  constructor(http: Server, sources: StreamSources) {
    this.#sources = sources;
    http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => undefined);
      const refusal = this.#refusal(request);
      if (refusal !== null) refuse(socket, refusal);
      else
        this.#server.handleUpgrade(request, socket, head, (peer) => {
          new Connection(peer, request.headers, sources);
        });
    });
  }

  close(): void {
    for (const peer of this.#server.clients) {
      peer.close(CLOSE_GOING_AWAY);
      setTimeout(() => {
        peer.terminate();
      }, CLOSE_MS).unref();
    }
  }

  #refusal(request: IncomingMessage): ApiError | null {
    const { guard, access } = this.#sources;
    const refusal = guard.refusal(request.headers, true);
    if (refusal !== null) return refusal;
    if (request.url !== PATH) return apiError(404, 'not_found', `there is no stream here; it is at ${PATH}`);
    if (!access.hasToken(request.headers) && access.cookieOf(request.headers) === '')
      return apiError(401, 'no_session', 'open the link that procmap printed, or run: procmap open');
    if (this.#server.clients.size >= MOST_SOCKETS) return apiError(429, 'too_many_streams', `${MOST_SOCKETS} pages are open already; close one`);
    return null;
  }
}

/** An answer on a connection that was to be upgraded: like any other error. */
function refuse(socket: Duplex, { status, body }: ApiError): void {
  const text = JSON.stringify(body);
  const headers = [
    ...SECURITY_HEADERS,
    ['content-type', 'application/json; charset=utf-8'],
    ['content-length', String(Buffer.byteLength(text))],
    ['connection', 'close'],
  ];
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`);
}
