import type { IncomingHttpHeaders } from 'node:http';
import { PROTOCOL_VERSION } from '@procmap/shared/frame.ts';
import { type ClientMessage, parseClientMessage, type ServerMessage } from '@procmap/shared/messages.ts';
import type { WebSocket } from 'ws';
import type { Commands } from '../../common/commands.ts';
import type { Access, Grant } from '../gate/access.ts';
import { Allowance } from '../gate/allowance.ts';
import type { Guard } from '../gate/guard.ts';
import type { Places } from '../gate/places.ts';
import { Viewer, type ViewerSources } from './viewer.ts';

/** Services that a stream needs. */
export interface StreamSources extends ViewerSources {
  readonly guard: Guard;
  readonly access: Access;
  readonly places: Places;
  readonly commands: Commands;
  readonly welcome: () => Promise<Extract<ServerMessage, { type: 'welcome' }>>;
}

const HELLO_MS = 2000;
const PING_MS = 15_000;
/** Close codes: 4000 to 4999 are ours, 1013 is "try again later" (RFC 6455 7.4, IANA). */
const UNAUTHORISED = 4401;
const BAD_MESSAGE = 4400;
const TOO_MUCH = 4429;
const TRY_AGAIN = 1013;

/** An open stream. Nothing is sent or read for it before its first message has shown the session's key. */
export class Connection {
  readonly #peer: WebSocket;
  readonly #headers: IncomingHttpHeaders;
  readonly #sources: StreamSources;
  readonly #viewer: Viewer;
  readonly #allowance = new Allowance(performance.now());
  #grant: Grant | null = null;
  #alive = true;

  constructor(peer: WebSocket, headers: IncomingHttpHeaders, sources: StreamSources) {
    this.#peer = peer;
    this.#headers = headers;
    this.#sources = sources;
    this.#viewer = new Viewer(peer, sources);
    const hello = setTimeout(() => {
      if (this.#grant === null) this.#end(UNAUTHORISED, 'no hello');
    }, HELLO_MS);
    const pings = setInterval(() => this.#ping(), PING_MS);
    peer.on('pong', () => (this.#alive = true));
    peer.on('error', () => undefined);
    peer.on('close', () => {
      clearTimeout(hello);
      clearInterval(pings);
      this.#viewer.close();
    });
    peer.on('message', (data: Buffer, isBinary) => {
      if (peer.readyState === peer.OPEN) this.#take(isBinary ? null : parseClientMessage(data.toString('utf8')));
    });
  }

  /** An open page keeps its session from idling out, until the session expires. */
  #ping(): void {
    if (!this.#alive) this.#peer.terminate();
    else if (this.#grant !== null && !this.#sources.access.holds(this.#grant)) this.#end(UNAUTHORISED, 'the session is over');
    else this.#peer.ping();
    this.#alive = false;
  }

  /** Stops reading for this stream at once, however long its other end takes to close. */
  #end(code: number, reason: string): void {
    this.#viewer.close();
    this.#peer.close(code, reason);
  }

  #take(message: ClientMessage | null): void {
    if (message === null) this.#end(BAD_MESSAGE, 'not a message of this protocol');
    else if (this.#grant === null) this.#takeFirst(message);
    else if (!this.#allowance.take(message.type, performance.now())) this.#end(TOO_MUCH, 'too many messages in too short a time; connect again');
    else if (message.type !== 'hello') this.#viewer.take(message);
  }

  #takeFirst(message: ClientMessage): void {
    const { access } = this.#sources;
    const grant = message.type === 'hello' ? access.grantWith(this.#headers, message.key) : null;
    if (message.type !== 'hello' || grant === null) this.#end(UNAUTHORISED, 'no session');
    else if (message.protocol !== PROTOCOL_VERSION) this.#end(BAD_MESSAGE, 'another version: reload the page');
    else {
      this.#grant = grant;
      void this.#welcome();
    }
  }

  async #welcome(): Promise<void> {
    try {
      const welcome = await this.#sources.welcome();
      if (this.#peer.readyState === this.#peer.OPEN) this.#peer.send(JSON.stringify(welcome));
    } catch {
      this.#end(TRY_AGAIN, 'the reader does not answer');
    }
  }
}
