import { exchangeKey, forgetKey, storedKey } from '../net/session.ts';

/** Why the page cannot start: no key, an expired or used link, an ended session, a restarted daemon, or no daemon. */
export type Gate = 'no_link' | 'link_used' | 'session_over' | 'restarted' | 'unreachable';

/** Whether this tab may talk to the daemon: the session's key, or the gate that blocks it. */
export class Session {
  #key = '';
  #gate = $state.raw<Gate | null>(null);
  #gateMessage = $state.raw('');

  /** Empty until the session is opened. */
  get key(): string {
    return this.#key;
  }
  get gate(): Gate | null {
    return this.#gate;
  }
  /** The daemon's message about the gate, if it says more than the page knows. */
  get gateMessage(): string {
    return this.#gateMessage;
  }
  get isOpen(): boolean {
    return this.#key !== '' && this.#gate === null;
  }

  /** Opens the session with a link's key, else with the one kept in this tab; sets the gate on failure. */
  async open(linkKey: string | null): Promise<void> {
    if (linkKey !== null) {
      const exchange = await exchangeKey(linkKey);
      if ('key' in exchange) {
        this.#begin(exchange.key);
        return;
      }
      if (exchange.refused === 'unreachable' || storedKey() === null) {
        this.#close(exchange.refused, exchange.message);
        return;
      }
      // A used link opened again in a tab that has its own session: continue that session.
    }
    const key = storedKey();
    if (key === null) this.#close('no_link');
    else this.#begin(key);
  }

  /** The daemon no longer knows the key. */
  end(gate: 'session_over' | 'restarted'): void {
    forgetKey();
    this.#close(gate);
  }

  #begin(key: string): void {
    this.#gate = null;
    this.#key = key;
  }

  /** Drops the message about the previous gate. */
  #close(gate: Gate, message = ''): void {
    this.#gate = gate;
    this.#gateMessage = message;
  }
}
