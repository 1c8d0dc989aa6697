import { digest, isSecret, newSecret } from './secret.ts';

const LIFE_MS = 12 * 3600_000;
const IDLE_MS = 30 * 60_000;
/** Above this, the session that has been idle longest is dropped. */
const MAX_SESSIONS = 64;

interface Session {
  readonly key: Buffer;
  readonly endsAt: number;
  usedAt: number;
}

/**
 * Sent to the browser: `cookie` as a cookie, `key` for the page's own storage. Both are needed, since a cookie is also
 * sent to other ports of this host.
 */
export interface Credentials {
  readonly cookie: string;
  readonly key: string;
}

/** Open sessions, kept in memory only. All times are in ms and from the same clock. */
export class Sessions {
  /** By digest of the cookie, in hex. */
  readonly #sessions = new Map<string, Session>();

  open(nowMs: number): Credentials {
    const credentials = { cookie: newSecret(), key: newSecret() };
    if (this.#sessions.size >= MAX_SESSIONS) this.#dropIdlest();
    this.#sessions.set(digest(credentials.cookie).toString('hex'), { key: digest(credentials.key), endsAt: nowMs + LIFE_MS, usedAt: nowMs });
    return credentials;
  }

  /** True if both belong to the same valid session. Renews its idle time. */
  check({ cookie, key }: Credentials, nowMs: number): boolean {
    const name = digest(cookie).toString('hex');
    const session = this.#sessions.get(name);
    if (session === undefined || !isSecret(key, session.key)) return false;
    if (nowMs >= session.endsAt || nowMs >= session.usedAt + IDLE_MS) {
      this.#sessions.delete(name);
      return false;
    }
    session.usedAt = nowMs;
    return true;
  }

  #dropIdlest(): void {
    let idlest: string | undefined;
    let usedAt = Infinity;
    for (const [name, session] of this.#sessions) if (session.usedAt < usedAt) [idlest, usedAt] = [name, session.usedAt];
    if (idlest !== undefined) this.#sessions.delete(idlest);
  }
}
