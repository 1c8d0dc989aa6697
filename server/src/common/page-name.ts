import { randomInt } from 'node:crypto';
import { urlHost } from './link.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const SIGNS = `${LETTERS}0123456789`;
/** 82 bits, so that no leftovers of an earlier start, and no other program, can be waiting under this name. */
const LENGTH = 16;

const NAME = /^[a-z][a-z0-9]{15}\.localhost$/;

/**
 * Makes a host name for the page of one web process. The page thus gets its own origin in every browser, free of
 * leftovers from other programs: cached pages, service workers, cookies. Browsers resolve every name below localhost to
 * this machine (RFC 6761).
 */
export function newPageName(): string {
  const pick = (signs: string): string => signs.charAt(randomInt(signs.length));
  return `${pick(LETTERS)}${Array.from({ length: LENGTH - 1 }, () => pick(SIGNS)).join('')}.localhost`;
}

/** True if a host (lower case, without port) could be a page name, of this start or another. */
export function isPageName(host: string): boolean {
  return NAME.test(host);
}

/**
 * The page name for a web process that is about to start; null if the page is only served at its address. A browser on
 * another machine cannot resolve a name below localhost. With --socket there is one too: ssh can forward the socket to
 * a port. The daemon chooses the name, since it takes nothing from the web process on trust.
 */
export function pageNameFor({ host, plainOrigin }: { readonly host: string; readonly plainOrigin: boolean }): string | null {
  return !plainOrigin && isNamed(host) ? newPageName() : null;
}

/** Names below localhost only lead to these addresses, not to 127.0.0.2 or to one that other machines can reach. */
function isNamed(host: string): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(urlHost(host));
}
