import type { IncomingHttpHeaders } from 'node:http';
import { LinkKeys } from './link-keys.ts';
import { digest, isSecret } from './secret.ts';
import { type Credentials, Sessions } from './sessions.ts';

/** The page sends its key in this header. */
export const KEY_HEADER = 'x-procmap-key';

/** By what a request may be answered. */
export type Grant = { readonly by: 'token' } | ({ readonly by: 'session' } & Credentials);

/** Everything about who may ask: link keys, sessions, the token for scripts. Times are of performance.now(): no change of the clock lengthens a session. */
export class Access {
  readonly #links = new LinkKeys();
  readonly #sessions = new Sessions();
  readonly #token: Buffer | null;
  #cookieName = 'procmap';

  constructor(token: string | null) {
    this.#token = token === null ? null : digest(token);
  }

  /**
   * `place`: where this is served from. A browser sends a cookie to every port of a host, so that two daemons must not overwrite each other's; yet one that comes
   * again at the same place does, or the browser's cookies would grow with each start.
   */
  nameCookie(place: string): void {
    this.#cookieName = `procmap-${digest(place).toString('base64url').slice(0, 10)}`;
  }

  mintKey(): string {
    return this.#links.mint(performance.now());
  }

  /** Exchanges a link's key for a session, once; null when it counts no more. */
  exchange(key: string): Credentials | null {
    return this.#links.take(key, performance.now()) ? this.#sessions.open(performance.now()) : null;
  }

  /** For the Set-Cookie header. No Secure: the page is served by plain HTTP on this machine. */
  cookieHeader({ cookie }: Credentials): string {
    return `${this.#cookieName}=${cookie}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** The session's cookies in a request. A page at another port of this host can set one of the same name, which comes first when its path is longer. */
  cookiesOf(headers: IncomingHttpHeaders): string[] {
    const prefix = `${this.#cookieName}=`;
    const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
    return pairs.filter((pair) => pair.startsWith(prefix)).map((pair) => pair.slice(prefix.length));
  }

  /** True for `Authorization: Bearer TOKEN` with the token of --token-file. */
  hasToken(headers: IncomingHttpHeaders): boolean {
    const token = /^Bearer ([\w-]{1,128})$/i.exec(headers.authorization ?? '')?.[1];
    return token !== undefined && this.#token !== null && isSecret(token, this.#token);
  }

  /** What a request brings, or null when it may not be answered: cookie alone and key alone are not enough. */
  grant(headers: IncomingHttpHeaders): Grant | null {
    const key = headers[KEY_HEADER];
    return this.grantWith(headers, typeof key === 'string' ? key : '');
  }

  /** The same where the page's key came otherwise than in a header. */
  grantWith(headers: IncomingHttpHeaders, key: string): Grant | null {
    if (this.hasToken(headers)) return { by: 'token' };
    const grants = this.cookiesOf(headers).map((cookie): Grant => ({ by: 'session', cookie, key }));
    return grants.find((grant) => this.holds(grant)) ?? null;
  }

  /** True while a grant still counts. */
  holds(grant: Grant): boolean {
    return grant.by === 'token' || this.#sessions.check(grant, performance.now());
  }
}
