import { isIPv6 } from 'node:net';

/**
 * The host name by which a browser on this machine reaches a server that listens on `host` (an IP literal or
 * `localhost`), as in its Host header.
 */
export function reachableHost(host: string): string {
  const hostname = urlHost(host);
  // A wildcard address can be listened on, but not connected to.
  return hostname === '0.0.0.0' ? '127.0.0.1' : hostname === '[::]' ? '[::1]' : hostname;
}

/** The host as it is written in a URL. */
export function urlHost(host: string): string {
  return new URL(`http://${isIPv6(host) ? `[${host}]` : host}`).hostname;
}

/**
 * The address of the page for a browser on this machine: under the name of this start (page-name.ts), else at `host`.
 * The key is in the fragment, which browsers neither send nor log.
 */
export function pageLink(name: string | null, host: string, port: number, key: string): string {
  return `http://${name ?? reachableHost(host)}:${port}/#k=${key}`;
}

/** A link as pageLink() makes it, with a key of 256 bits. The host is `[::1]` or a name. */
const LINK = /^http:\/\/(?:\[[0-9a-f:.]{2,45}\]|[\w.-]{1,253})(?::[0-9]{1,5})?\/#k=[\w-]{43}$/;

/** True for a link to procmap's page. Such a text holds no control characters, so it is safe to print on a terminal. */
export function isPageLink(text: string): boolean {
  return LINK.test(text);
}

/** True if only programs on this machine can connect. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
