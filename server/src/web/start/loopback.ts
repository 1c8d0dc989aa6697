import type { AddressInfo } from 'node:net';
import { type HeldSocket, holdPort } from './held-socket.ts';

const IPV4 = '127.0.0.1';
const IPV6 = '::1';
/** Attempts to find a port that is free at both addresses. */
const MAX_TRIES = 50;

/**
 * Listens on the same port of both loopback addresses. Browsers may resolve a name below localhost to either one
 * (Chromium: ::1 first), so another user's program on one of them could pose as procmap. Port 0: any that is free at
 * both. Rejects with the system's error if either is in use.
 */
export async function holdLoopback(port: number): Promise<HeldSocket[]> {
  for (let tries = 1; ; tries++) {
    const four = await holdPort(IPV4, port);
    const chosen = (four.server.address() as AddressInfo).port;
    try {
      return [four, await holdPort(IPV6, chosen)];
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      // Without IPv6, no other program can be there either.
      if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return [four];
      four.server.close();
      if (port !== 0 || code !== 'EADDRINUSE' || tries === MAX_TRIES) throw error;
    }
  }
}

/**
 * True if the sockets at these places leave no other program room at this port of either loopback address. `hasIpv6`:
 * the machine supports IPv6.
 */
export function coversLoopback(places: readonly Pick<AddressInfo, 'address' | 'port'>[], port: number, hasIpv6: boolean): boolean {
  const hosts = places.filter((each) => each.port === port).map(({ address }) => address);
  return hosts.includes('::') || (hosts.some((host) => host === IPV4 || host === '0.0.0.0') && (!hasIpv6 || hosts.includes(IPV6)));
}
