import type { AddressInfo } from 'node:net';
import { type HeldSocket, holdPort } from './held-socket.ts';

const IPV4 = '127.0.0.1';
const IPV6 = '::1';
/** For a port that is free at both addresses. */
const MAX_TRIES = 50;

/**
 * Listens at one port of both loopback addresses. A browser takes either for a name below localhost (Chromium ::1 first): another user's program that held
 * the one would answer in the place of procmap at the other. Port 0: any that is free at both. Rejects with the system's error when either is taken.
 */
export async function holdLoopback(port: number): Promise<HeldSocket[]> {
  for (let tries = 1; ; tries++) {
    const four = await holdPort(IPV4, port);
    const chosen = (four.server.address() as AddressInfo).port;
    try {
      return [four, await holdPort(IPV6, chosen)];
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      // Without IPv6 nobody else is there either.
      if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return [four];
      four.server.close();
      if (port !== 0 || code !== 'EADDRINUSE' || tries === MAX_TRIES) throw error;
    }
  }
}

/** Whether what listens at these places leaves nobody else room at that port of either address. `hasIpv6`: the machine knows IPv6. */
export function coversLoopback(places: readonly Pick<AddressInfo, 'address' | 'port'>[], port: number, hasIpv6: boolean): boolean {
  const hosts = places.filter((each) => each.port === port).map(({ address }) => address);
  return hosts.includes('::') || (hosts.some((host) => host === IPV4 || host === '0.0.0.0') && (!hasIpv6 || hosts.includes(IPV6)));
}
