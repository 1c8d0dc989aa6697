import type { IncomingMessage, ServerResponse } from 'node:http';
import { isPageName } from '../../common/page-name.ts';
import { apiError, type ApiError } from '../answer/api-error.ts';

/**
 * What every answer carries, errors too. The page loads only its own files, sends nothing elsewhere, and stands in no frame;
 * data are kept by no cache.
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

/** What a request says of itself; names and values of `rawHeaders` by turns, as they came. */
type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'rawHeaders'>;

/**
 * The guard before everything else: who asks under another name than this machine's own has been led here (DNS rebinding).
 * Any port is fine: it may have been forwarded by ssh.
 */
export class Guard {
  readonly #pageName: string | null;
  /** By which the page is served, and all else. */
  readonly #names: ReadonlySet<string>;

  /**
   * `allowHosts`: more names, lower case, without a port. `pageName`: where this start has a name of its own, the page is served by that one and by those;
   * by the loopback ones there are only what scripts ask for, and the way to the page.
   */
  constructor(allowHosts: readonly string[], pageName: string | null = null) {
    this.#pageName = pageName;
    this.#names = new Set([...(pageName === null ? LOOPBACK : [pageName]), ...allowHosts]);
  }

  isOwnHost(host: string | undefined): boolean {
    const name = nameOf(host);
    return name !== null && (this.#names.has(name) || LOOPBACK.includes(name));
  }

  /** Where the page is for who asks by one of our names that has none; null: here. The port may be one that ssh forwards. */
  pageAddress(host: string | undefined): string | null {
    const name = nameOf(host);
    if (this.#pageName === null || name === null || this.#names.has(name) || !LOOPBACK.includes(name)) return null;
    return `http://${this.#pageName}${(host ?? '').slice(name.length)}/`;
  }

  /** Why a request is refused whoever sends it, or null. `needsOrigin`: of a WebSocket, which every page may open. */
  refusal(request: Asked, needsOrigin = false): ApiError | null {
    const { headers, rawHeaders } = request;
    const { host, origin } = headers;
    // Of two the first one counts for Node, and perhaps the other for something before it.
    const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
    if (hosts > 1 || !this.isOwnHost(host)) return hosts === 1 && isPageName(nameOf(host) ?? '') ? OTHER_START : WRONG_HOST;
    if (origin === undefined ? needsOrigin : !isOriginOf(origin, host ?? '')) {
      return apiError(403, 'wrong_origin', 'this request comes from a page of another site');
    }
    const site = headers['sec-fetch-site'];
    // `none`: typed or pasted by the user himself.
    return site === undefined || site === 'same-origin' || site === 'none' || isLinkToPage(request)
      ? null
      : apiError(403, 'wrong_site', 'this request comes from a page of another site');
  }
}

const WRONG_HOST = apiError(403, 'wrong_host', 'open the link that procmap printed, or start it with --allow-host=NAME');
/** The name tells nothing of what it is now. */
const OTHER_START = apiError(403, 'other_start', 'procmap was restarted; run procmap open for a new link');

/** What of a Host header is no port, in lower case; null for what is no host. */
function nameOf(host: string | undefined): string | null {
  return HOST.exec(host ?? '')?.[1]?.toLowerCase() ?? null;
}

/**
 * A link to the page, clicked in a web mail, an issue or a web terminal: the browser leaves that site, which learns nothing of what comes, and the page
 * itself holds no data. Sites cannot set these headers, and of any that comes twice Node makes one that is neither.
 */
function isLinkToPage({ method, url, headers }: Asked): boolean {
  return method === 'GET' && url === '/' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}

function isOriginOf(origin: string, host: string): boolean {
  return origin.toLowerCase() === `http://${host.toLowerCase()}`;
}
