import type { IncomingMessage, ServerResponse } from 'node:http';
import { isPageName } from '../../common/page-name.ts';
import { apiError, type ApiError } from '../answer/api-error.ts';

/**
 * Headers of every answer, including errors. The page loads only its own files, sends nothing elsewhere, cannot be
 * framed, and is not cached.
 */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

export const SECURITY_HEADERS: readonly (readonly [name: string, value: string])[] = Object.entries(HEADERS);

export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
}

const HOST = /^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::[0-9]{1,5})?$/i;
const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];

/** The parts of a request to check. `rawHeaders` alternates names and values, in their original order. */
type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'rawHeaders'>;

/**
 * The first check of every request. A Host other than this machine's own names points to DNS rebinding. Any port is
 * allowed, since ssh may forward it.
 */
export class Guard {
  readonly #pageName: string | null;
  /** Names at which the page and everything else is served. */
  readonly #names: ReadonlySet<string>;

  /**
   * `allowHosts`: additional names, lower case, without a port. `pageName`: the name of this start, if any. Then the
   * page is served at that name and at the additional ones, and the loopback names only serve scripts and lead to the
   * page.
   */
  constructor(allowHosts: readonly string[], pageName: string | null = null) {
    this.#pageName = pageName;
    this.#names = new Set([...(pageName === null ? LOOPBACK : [pageName]), ...allowHosts]);
  }

  isOwnHost(host: string | undefined): boolean {
    const name = nameOf(host);
    return name !== null && (this.#names.has(name) || LOOPBACK.includes(name));
  }

  /**
   * Address of the page, for a request to one of our names that does not serve it; null: it is served here. Keeps the
   * port, which ssh may forward.
   */
  pageAddress(host: string | undefined): string | null {
    const name = nameOf(host);
    if (this.#pageName === null || name === null || this.#names.has(name) || !LOOPBACK.includes(name)) return null;
    return `http://${this.#pageName}${(host ?? '').slice(name.length)}/`;
  }

  /**
   * The reason to refuse a request, whoever sends it, or null. `needsOrigin`: for a WebSocket, which any web page may
   * open.
   */
  refusal(request: Asked, needsOrigin = false): ApiError | null {
    const { headers, rawHeaders } = request;
    const { host, origin } = headers;
    // If there are two, Node uses the first, but a proxy may have used the other.
    const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
    if (hosts > 1 || !this.isOwnHost(host)) return hosts === 1 && isPageName(nameOf(host) ?? '') ? OTHER_START : WRONG_HOST;
    if (origin === undefined ? needsOrigin : !isOriginOf(origin, host ?? '')) {
      return apiError(403, 'wrong_origin', 'this request comes from a page of another site');
    }
    const site = headers['sec-fetch-site'];
    // `none`: typed or pasted by the user.
    return site === undefined || site === 'same-origin' || site === 'none' || isLinkToPage(request)
      ? null
      : apiError(403, 'wrong_site', 'this request comes from a page of another site');
  }
}

const WRONG_HOST = apiError(403, 'wrong_host', 'open the link that procmap printed, or start it with --allow-host=NAME');
/** A name of an earlier start; it does not reveal the present one. */
const OTHER_START = apiError(403, 'other_start', 'procmap was restarted; run procmap open for a new link');

/** A Host header without its port, in lower case; null: invalid. */
function nameOf(host: string | undefined): string | null {
  return HOST.exec(host ?? '')?.[1]?.toLowerCase() ?? null;
}

/**
 * A link to the page, clicked in a web mail, an issue or a web terminal. The browser leaves that site, which learns
 * nothing of the answer, and the page itself contains no data. Sites cannot set these headers, and Node merges
 * duplicates into a value that matches neither.
 */
function isLinkToPage({ method, url, headers }: Asked): boolean {
  return method === 'GET' && url === '/' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}

function isOriginOf(origin: string, host: string): boolean {
  return origin.toLowerCase() === `http://${host.toLowerCase()}`;
}
