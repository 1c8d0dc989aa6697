import { exchangeKey, forgetKey, storedKey } from '../net/session.ts';

/** Why the page cannot begin: no key at all, a link that counts no more, a session that ended, alone or with its daemon, or nobody there. */
export type Gate = 'no_link' | 'link_used' | 'session_over' | 'restarted' | 'unreachable';

/** Whether this tab may speak with the daemon: the session's key, or the gate that stands before it. */
export class Session {
  #key = '';
  #gate = $state.raw<Gate | null>(null);
  #gateMessage = $state.raw('');

  /** Empty until the session was open once. */
  get key(): string {
    return this.#key;
  }
  get gate(): Gate | null {
    return this.#gate;
  }
  /** What the daemon said about the gate, where that is more than we know. */
  get gateMessage(): string {
    return this.#gateMessage;
  }
  get isOpen(): boolean {
    return this.#key !== '' && this.#gate === null;
  }

  /** Opens it by a link's key, else by the one that this tab has kept; what hinders is the gate. */
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
      // A link that was used before, opened again in a tab that has a session of its own: that one goes on.
    }
    const key = storedKey();
    if (key === null) this.#close('no_link');
    else this.#begin(key);
  }

  /** The daemon does not know the key any more. */
  end(gate: 'session_over' | 'restarted'): void {
    forgetKey();
    this.#close(gate);
  }

  #begin(key: string): void {
    this.#gate = null;
    this.#key = key;
  }

  /** What was said of one gate does not hold for the next. */
  #close(gate: Gate, message = ''): void {
    this.#gate = gate;
    this.#gateMessage = message;
  }
}
