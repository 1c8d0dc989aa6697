import { digest, newSecret } from './secret.ts';

const LIFE_MS = 5 * 60_000;
/** Nobody needs more unused links at once. The oldest is dropped. */
const MAX_KEYS = 16;

/** Keys of links. Each opens one session, once, within five minutes. All times are in ms and from the same clock. */
export class LinkKeys {
  /** Digest in hex to expiry time, in order of creation. */
  readonly #endsAt = new Map<string, number>();

  mint(nowMs: number): string {
    const key = newSecret();
    this.#endsAt.set(digest(key).toString('hex'), nowMs + LIFE_MS);
    const [oldest] = this.#endsAt.keys();
    if (this.#endsAt.size > MAX_KEYS && oldest !== undefined) this.#endsAt.delete(oldest);
    return key;
  }

  /**
   * True for a valid key, which is then used up. Keys are looked up by digest, so that timing reveals nothing about
   * them.
   */
  take(key: string, nowMs: number): boolean {
    const name = digest(key).toString('hex');
    const endsAt = this.#endsAt.get(name);
    this.#endsAt.delete(name);
    return endsAt !== undefined && nowMs < endsAt;
  }
}
