import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Unanswered requests of one connection. A browser sends one at a time. */
export const MAX_UNANSWERED = 32;

interface Queue {
  readonly unanswered: Set<IncomingMessage>;
  last: Promise<void>;
  isOver: boolean;
}

/**
 * HTTP allows requests to be sent without waiting for answers, which must then come in the same order (RFC 9112 9.3.2).
 * Here each request begins after the previous answer, so a connection costs one answer at a time, however many requests
 * it sends. Node itself would begin them all.
 */
export class Turns {
  readonly #queues = new WeakMap<Socket, Queue>();

  /** True if all complete requests are answered: a text written now cannot be taken for the answer to one of them. */
  isFree(socket: Socket): boolean {
    return ![...(this.#queues.get(socket)?.unanswered ?? [])].some(({ complete }) => complete);
  }

  /**
   * Calls `begin` when the previous requests are answered. Above the limit it calls `refuse`, once, which must close
   * the connection; the rest is not read.
   */
  take(request: IncomingMessage, response: ServerResponse, begin: () => void, refuse: () => void): void {
    const { socket } = request;
    const queue = this.#queueOf(socket);
    if (queue.isOver) return;
    if (queue.unanswered.size >= MAX_UNANSWERED) {
      queue.isOver = true;
      stopParsing(socket);
      refuse();
      return;
    }
    const isFirst = queue.unanswered.size === 0;
    const before = queue.last;
    queue.unanswered.add(request);
    queue.last = new Promise((resolve) => {
      response.once('close', () => {
        queue.unanswered.delete(request);
        resolve();
      });
    });
    if (isFirst) begin();
    else
      void before.then(() => {
        // The previous answer may have closed the connection.
        if (socket.writable) begin();
      });
  }

  #queueOf(socket: Socket): Queue {
    let queue = this.#queues.get(socket);
    if (queue === undefined) this.#queues.set(socket, (queue = { unanswered: new Set(), last: Promise.resolve(), isOver: false }));
    return queue;
  }
}

/** From now on data is read, so that the client does not block, and dropped. Node still parses the current chunk. */
function stopParsing(socket: Socket): void {
  const drop = (): void => undefined;
  // A 'data' listener makes Node detach its parser from the handle, where it reads past all listeners, and use a
  // listener itself (socketOnWrap() of _http_server.js).
  socket.on('data', drop);
  socket.removeAllListeners('data');
  socket.on('data', drop);
}
