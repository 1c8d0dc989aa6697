import { KEY_HEADER } from '@procmap/shared/messages.ts';
import type { IncomingHttpHeaders } from 'node:http';
import { LinkKeys } from './link-keys.ts';
import { digest, isSecret } from './secret.ts';
import { type Credentials, Sessions } from './sessions.ts';

/** Proof that a request may be answered. */
export type Grant = { readonly by: 'token' } | ({ readonly by: 'session' } & Credentials);

/**
 * Access control: link keys, sessions, and the token for scripts. Times are those of performance.now(), so that setting
 * the clock does not prolong a session.
 */
export class Access {
  readonly #links = new LinkKeys();
  readonly #sessions = new Sessions();
  readonly #token: Buffer | null;
  #cookieName = 'procmap';

  constructor(token: string | null) {
    this.#token = token === null ? null : digest(token);
  }

  /**
   * `place`: the address that is served. Browsers send a cookie to all ports of a host, so two daemons need different
   * names. A restart at the same place reuses the name; otherwise each start would leave a cookie.
   */
  nameCookie(place: string): void {
    this.#cookieName = `procmap-${digest(place).toString('base64url').slice(0, 10)}`;
  }

  mintKey(): string {
    return this.#links.mint(performance.now());
  }

  /** Exchanges a link's key for a session; null if the key has expired or was already used. */
  exchange(key: string): Credentials | null {
    return this.#links.take(key, performance.now()) ? this.#sessions.open(performance.now()) : null;
  }

  /** Value of the Set-Cookie header. Without Secure, since the page is served over plain HTTP on this machine. */
  cookieHeader({ cookie }: Credentials): string {
    return `${this.#cookieName}=${cookie}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /**
   * The session cookies in a request. There may be several: a page at another port of this host can set a cookie of the
   * same name, which comes first if its path is longer.
   */
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

  /** The grant of a request; null: it must not be answered. A cookie alone, or a key alone, is not enough. */
  grant(headers: IncomingHttpHeaders): Grant | null {
    const key = headers[KEY_HEADER];
    return this.grantWith(headers, typeof key === 'string' ? key : '');
  }

  /** Like grant(), for a key that did not come in a header. */
  grantWith(headers: IncomingHttpHeaders, key: string): Grant | null {
    if (this.hasToken(headers)) return { by: 'token' };
    const grants = this.cookiesOf(headers).map((cookie): Grant => ({ by: 'session', cookie, key }));
    return grants.find((grant) => this.holds(grant)) ?? null;
  }

  /** True while a grant is valid. */
  holds(grant: Grant): boolean {
    return grant.by === 'token' || this.#sessions.check(grant, performance.now());
  }
}
