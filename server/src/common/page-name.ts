import { randomInt } from 'node:crypto';
import { urlHost } from './link.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const SIGNS = `${LETTERS}0123456789`;
/** 82 bits: no page of an earlier start, and nobody else, can be waiting for us under this name. */
const LENGTH = 16;

const NAME = /^[a-z][a-z0-9]{15}\.localhost$/;

/**
 * A name for the page of one web process, as a host: an origin of its own in every browser, where nothing is kept that another program left
 * there: no cached page, no service worker, no cookie. Browsers take each name below localhost for this machine (RFC 6761).
 */
export function newPageName(): string {
  const pick = (signs: string): string => signs.charAt(randomInt(signs.length));
  return `${pick(LETTERS)}${Array.from({ length: LENGTH - 1 }, () => pick(SIGNS)).join('')}.localhost`;
}

/** Whether a host, in lower case and without a port, could be the name of a start: this one or another. */
export function isPageName(host: string): boolean {
  return NAME.test(host);
}

/** The name for a web process that is about to start; null where the page is to be found by its address alone. A browser on another machine knows no name of this one. */
export function pageNameFor({ host, plainOrigin }: { readonly host: string; readonly plainOrigin: boolean }): string | null {
  return !plainOrigin && isNamed(host) ? newPageName() : null;
}

/** Only these lie behind a name below localhost: not 127.0.0.2, nor what other machines reach. */
function isNamed(host: string): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(urlHost(host));
}
