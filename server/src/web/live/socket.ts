import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { apiError, type ApiError, noSession } from '../answer/api-error.ts';
import { Connection, type StreamSources } from './connection.ts';
import { refuse } from '../gate/refuse.ts';

const PATH = '/api/stream';
const MAX_SOCKETS = 16;
const MAX_MESSAGE_BYTES = 4096;
/** RFC 6455 7.4.1 */
const CLOSE_GOING_AWAY = 1001;
/** A client that does not close its end keeps its place for this long; when the daemon ends, for the second time. */
const CLOSE_MS = 2000;
const LAST_CLOSE_MS = 200;
// Not inline: the types do not know closeTimeout yet.
const OPTIONS = { noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false, closeTimeout: CLOSE_MS } as const;

/** WS /api/stream. Nothing is sent or read before the first message has shown the session's key. */
export class StreamServer {
  readonly #sources: StreamSources;
  readonly #server = new WebSocketServer(OPTIONS);

  constructor(http: Server, sources: StreamSources) {
    this.#sources = sources;
    this.#server.on('wsClientError', (_, socket) => refuse(socket, apiError(400, 'bad_upgrade', 'this is not a WebSocket request (RFC 6455, version 13)')));
    http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => undefined);
      void this.#refusal(request).then((refused) => {
        // Checked after everything asynchronous, so that simultaneous requests cannot exceed the limit.
        const refusal = refused ?? this.#tooMany();
        if (refusal !== null) refuse(socket, refusal);
        else
          this.#server.handleUpgrade(request, socket, head, (peer) => {
            new Connection(peer, request.headers, sources);
          });
      });
    });
  }

  close(): void {
    for (const peer of this.#server.clients) {
      peer.close(CLOSE_GOING_AWAY);
      setTimeout(() => peer.terminate(), LAST_CLOSE_MS).unref();
    }
  }

  async #refusal(request: IncomingMessage): Promise<ApiError | null> {
    const { guard, access, places, commands } = this.#sources;
    const refusal = guard.refusal(request, true) ?? (await places.refusal(request.socket));
    if (refusal !== null) return refusal;
    if (request.url !== PATH) return apiError(404, 'not_found', `there is no stream here; it is at ${PATH}`);
    const isPage = guard.pageAddress(request.headers.host) === null;
    if (!access.hasToken(request.headers) && (!isPage || access.cookiesOf(request.headers).length === 0)) return noSession(request.headers, commands);
    return null;
  }

  #tooMany(): ApiError | null {
    return this.#server.clients.size < MAX_SOCKETS ? null : apiError(429, 'too_many_streams', `${MAX_SOCKETS} pages are open already; close one`);
  }
}
