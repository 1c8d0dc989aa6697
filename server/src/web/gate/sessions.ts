import { digest, isSecret, newSecret } from './secret.ts';

const LIFE_MS = 12 * 3600_000;
const IDLE_MS = 30 * 60_000;
/** The one idle for longest goes. */
const MAX_SESSIONS = 64;

interface Session {
  readonly key: Buffer;
  readonly endsAt: number;
  usedAt: number;
}

/** What a browser gets: `cookie` as a cookie, `key` for the page's own storage. Both are needed, since a cookie also goes to other ports of this host. */
export interface Credentials {
  readonly cookie: string;
  readonly key: string;
}

/** Who is in, in memory only. Times are in ms of any one clock. */
export class Sessions {
  /** By the cookie's digest in hex. */
  readonly #sessions = new Map<string, Session>();

  open(nowMs: number): Credentials {
    const credentials = { cookie: newSecret(), key: newSecret() };
    if (this.#sessions.size >= MAX_SESSIONS) this.#dropIdlest();
    this.#sessions.set(digest(credentials.cookie).toString('hex'), { key: digest(credentials.key), endsAt: nowMs + LIFE_MS, usedAt: nowMs });
    return credentials;
  }

  /** True when both belong to one session that still counts; it counts as used then. */
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
