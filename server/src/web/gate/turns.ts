import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests of one connection that are not answered yet. A browser sends one at a time. */
export const MAX_UNANSWERED = 32;

interface Queue {
  readonly unanswered: Set<IncomingMessage>;
  last: Promise<void>;
  isOver: boolean;
}

/**
 * HTTP lets a client send requests behind each other without waiting for answers, which must then come in that order (RFC 9112 9.3.2). Each is begun when the one before
 * is answered: however many are sent, a connection costs one answer at a time. Node itself would begin them all.
 */
export class Turns {
  readonly #queues = new WeakMap<Socket, Queue>();

  /** Whether all requests that came whole are answered: what is written now is no answer to another one. */
  isFree(socket: Socket): boolean {
    return ![...(this.#queues.get(socket)?.unanswered ?? [])].some(({ complete }) => complete);
  }

  /** Calls `begin` when the requests before it are answered; or, once, `refuse`, which must end the connection: no more of it is read. */
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
        // An answer may have been the last one.
        if (socket.writable) begin();
      });
  }

  #queueOf(socket: Socket): Queue {
    let queue = this.#queues.get(socket);
    if (queue === undefined) this.#queues.set(socket, (queue = { unanswered: new Set(), last: Promise.resolve(), isOver: false }));
    return queue;
  }
}

/** What comes from now on is read, so that the other end is not left to wait, and dropped; of what has come Node parses the chunk that it is at. */
function stopParsing(socket: Socket): void {
  const drop = (): void => undefined;
  // Who listens makes Node take its parser from the handle, where it gets the bytes past all listeners, and listen itself (socketOnWrap() of _http_server.js).
  socket.on('data', drop);
  socket.removeAllListeners('data');
  socket.on('data', drop);
}
