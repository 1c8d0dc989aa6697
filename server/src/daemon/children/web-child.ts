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
/** So many signs of life in a row that do not come: it hangs. */
const MAX_MISSED = 4;

/** What the supervisor does about a web process. */
export interface WebEvents {
  readonly message: (message: Exclude<WebMessage, { type: 'minted' | 'alive' }>) => void;
  readonly ended: (how: string) => void;
}

/** One web process, from its start to its end. */
export class WebChild {
  readonly #child: ChildProcess;
  readonly #minting = new Map<number, (key: string) => void>();
  #request = 0;
  #missed = 0;
  /** From its first sign of life on. */
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

  /** Counts what did not come while this process itself ran: where the machine stands still, both do. */
  #look(): void {
    if (++this.#missed !== MAX_MISSED) return;
    log('error', 'the web process does not answer and is killed', { pid: this.#child.pid ?? 0 });
    this.#child.kill('SIGKILL');
  }

  /** Hands the stream over; this process has it no longer then. */
  give(of: ReadingChild, stream: Socket): void {
    this.#send({ type: 'stream', of }, stream);
  }

  tellLingering(counts: Readonly<Record<ReadingChild, number>>): void {
    this.#send({ type: 'lingering', counts: { ...counts } });
  }

  #send(message: SupervisorMessage, handle?: Socket): void {
    // One that could not be started has no channel. A failure means that the child is gone, which 'exit' tells too.
    if (this.#child.pid !== undefined) this.#child.send(message, handle, () => undefined);
  }

  /** A fresh one-time key; rejects when the web process does not answer. */
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

  /** Asks it to end, makes it end; done when it has, or when nothing helps. */
  async stop(): Promise<void> {
    if (hasExited(this.#child)) return;
    this.#send({ type: 'shutdown' });
    if (!(await endsWithin(this.#child, SHUTDOWN_MS))) await killChild(this.#child, 'the web process');
  }
}
