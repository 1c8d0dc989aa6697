import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { endsWithin, hasExited, killChild, startChild } from './child.ts';
import type { WebPlan } from '../rights/confinement-plan.ts';
import { ALIVE_MS, type ConfigMessage, type ReadingChild, type SupervisorMessage, type WebMessage } from '../../ipc.ts';
import { type ChildScripts, webCommand } from './launch.ts';
import { log } from '../../common/log.ts';
import { parseWebMessage } from './web-message.ts';

const MINT_MS = 3000;
const SHUTDOWN_MS = 1500;
/** The web process hangs if this many heartbeats in a row are missing. */
const MAX_MISSED = 4;

/** Callbacks of the supervisor. */
export interface WebEvents {
  readonly message: (message: Exclude<WebMessage, { type: 'minted' | 'alive' }>) => void;
  readonly ended: (how: string) => void;
}

/** One web process, from start to end. */
export class WebChild {
  readonly #child: ChildProcess;
  readonly #minting = new Map<number, (key: string) => void>();
  #request = 0;
  #missed = 0;
  /** Runs from the first heartbeat on. */
  #watch: NodeJS.Timeout | undefined;

  constructor(entries: ChildScripts, plan: WebPlan, config: ConfigMessage, events: WebEvents) {
    this.#child = startChild(webCommand(entries, plan), ['ignore', 'ignore', 'inherit', 'ipc'], (how) => {
      clearInterval(this.#watch);
      events.ended(how);
    });
    this.#child.on('message', (message) => {
      this.#missed = 0;
      const said = parseWebMessage(message);
      if (said === null) {
        log('error', 'the web process is killed: it sent an unknown message');
        this.#child.kill('SIGKILL');
      } else if (said.type === 'alive') this.#watch ??= setInterval(() => this.#look(), ALIVE_MS);
      else if (said.type === 'minted') this.#minted(said.request, said.key);
      else events.message(said);
    });
    this.#send(config);
  }

  /** Counts heartbeats missed while this process itself ran: a suspended machine stops both. */
  #look(): void {
    if (++this.#missed !== MAX_MISSED) return;
    log('error', 'the web process does not answer and is killed', { pid: this.#child.pid ?? 0 });
    this.#child.kill('SIGKILL');
  }

  /** Hands the stream over; after that, this process no longer holds it. */
  give(of: ReadingChild, stream: Socket): void {
    this.#send({ type: 'stream', of }, stream);
  }

  tellLingering(counts: Readonly<Record<ReadingChild, number>>): void {
    this.#send({ type: 'lingering', counts: { ...counts } });
  }

  #send(message: SupervisorMessage, handle?: Socket): void {
    // A child that could not be started has no channel. If sending fails the child is gone, which 'exit' reports too.
    if (this.#child.pid !== undefined) this.#child.send(message, handle, () => undefined);
  }

  /** Returns a new one-time key; rejects if the web process does not answer. */
  mint(uid: number | null): Promise<string> {
    const request = ++this.#request;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#minting.delete(request);
        reject(new Error('the web process does not answer'));
      }, MINT_MS);
      this.#minting.set(request, (key) => {
        clearTimeout(timer);
        resolve(key);
      });
      this.#send({ type: 'mint', request, uid });
    });
  }

  #minted(request: number, key: string): void {
    this.#minting.get(request)?.(key);
    this.#minting.delete(request);
  }

  /** Asks the process to end, then kills it. Resolves when it has ended, or when that has proved impossible. */
  async stop(): Promise<void> {
    if (hasExited(this.#child)) return;
    this.#send({ type: 'shutdown' });
    if (!(await endsWithin(this.#child, SHUTDOWN_MS))) await killChild(this.#child, 'the web process');
  }
}
