import { isIPv6 } from 'node:net';

/** By which name a browser on this machine reaches what listens at `host` (an IP literal or `localhost`), as its Host header will say it. */
export function reachableHost(host: string): string {
  const { hostname } = new URL(`http://${isIPv6(host) ? `[${host}]` : host}`);
  // Addresses that mean "any" are for listening, not for going to.
  return hostname === '0.0.0.0' ? '127.0.0.1' : hostname === '[::]' ? '[::1]' : hostname;
}

/** Where a browser on this machine finds the page; the key is in the fragment, which no browser sends or logs. */
export function pageLink(host: string, port: number, key: string): string {
  return `http://${reachableHost(host)}:${port}/#k=${key}`;
}

/** Whether only programs of this machine reach what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
