import { isIPv6 } from 'node:net';

/** By which name a browser on this machine reaches what listens at `host` (an IP literal or `localhost`), as its Host header will say it. */
export function reachableHost(host: string): string {
  const hostname = urlHost(host);
  // Addresses that mean "any" are for listening, not for going to.
  return hostname === '0.0.0.0' ? '127.0.0.1' : hostname === '[::]' ? '[::1]' : hostname;
}

/** As it stands in an address. */
export function urlHost(host: string): string {
  return new URL(`http://${isIPv6(host) ? `[${host}]` : host}`).hostname;
}

/** Where a browser on this machine finds the page: by the name of this start (page-name.ts), else at `host`; the key is in the fragment, which no browser sends or logs. */
export function pageLink(name: string | null, host: string, port: number, key: string): string {
  return `http://${name ?? reachableHost(host)}:${port}/#k=${key}`;
}

/** A link as pageLink() makes it of a key of 256 bits; `[::1]` or a name. */
const LINK = /^http:\/\/(?:\[[0-9a-f:.]{2,45}\]|[\w.-]{1,253})(?::[0-9]{1,5})?\/#k=[\w-]{43}$/;

/** Whether that is a link to procmap's page, and so nothing that a terminal would obey. */
export function isPageLink(text: string): boolean {
  return LINK.test(text);
}

/** Whether only programs of this machine reach what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
