import { digest, newSecret } from './secret.ts';

const LIFE_MS = 5 * 60_000;
/** More than this many unused links at once are not needed by anybody: the oldest goes. */
const MAX_KEYS = 16;

/** Keys of links: each opens one session, once, within five minutes. Times are in ms of any one clock. */
export class LinkKeys {
  /** Digest in hex -> when it ends; in the order of making. */
  readonly #endsAt = new Map<string, number>();

  mint(nowMs: number): string {
    const key = newSecret();
    this.#endsAt.set(digest(key).toString('hex'), nowMs + LIFE_MS);
    const [oldest] = this.#endsAt.keys();
    if (this.#endsAt.size > MAX_KEYS && oldest !== undefined) this.#endsAt.delete(oldest);
    return key;
  }

  /** True for a key that counts, which counts no more then. Looked up by digest: how long it takes tells nothing about the keys. */
  take(key: string, nowMs: number): boolean {
    const name = digest(key).toString('hex');
    const endsAt = this.#endsAt.get(name);
    this.#endsAt.delete(name);
    return endsAt !== undefined && nowMs < endsAt;
  }
}
