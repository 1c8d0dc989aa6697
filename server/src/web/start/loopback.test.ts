import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import type { HeldSocket } from './held-socket.ts';
import { coversLoopback, holdLoopback } from './loopback.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'));
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(host: string, port = 0): Promise<number> {
  const server = createServer().listen({ host, port });
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function hold(port: number): Promise<readonly HeldSocket[]> {
  const held = await holdLoopback(port);
  servers.push(...held.map(({ server }) => server));
  return held;
}

function placesOf(held: readonly HeldSocket[]): string[] {
  return held.map(({ server }) => (server.address() as AddressInfo).address);
}

function portsOf(held: readonly HeldSocket[]): Set<number> {
  return new Set(held.map(({ server }) => (server.address() as AddressInfo).port));
}

describe.skipIf(!hasIpv6)('both loopback addresses', () => {
  it('are held at one port, so that nobody else can be there', async () => {
    const held = await hold(0);
    expect(placesOf(held)).toEqual(['127.0.0.1', '::1']);
    const [port = 0, ...others] = portsOf(held);
    expect(others).toEqual([]);
    for (const host of ['127.0.0.1', '::1', '::', '0.0.0.0']) await expect(listen(host, port)).rejects.toThrow('EADDRINUSE');
  });

  it.each(['127.0.0.1', '::1', '0.0.0.0', '::'])('are refused if another program listens on %s, and then neither is held', async (host) => {
    const port = await listen(host);
    await expect(hold(port)).rejects.toThrow('EADDRINUSE');
    servers.pop()?.close();
    expect(portsOf(await hold(port))).toEqual(new Set([port]));
  });

  it('are held at the port that was asked for', async () => {
    const port = await listen('127.0.0.1');
    servers.pop()?.close();
    expect(portsOf(await hold(port))).toEqual(new Set([port]));
  });
});

it('inherited sockets count if they leave no room for others', () => {
  const of = (...places: readonly (readonly [string, number])[]) => places.map(([address, port]) => ({ address, port }));
  expect(coversLoopback(of(['127.0.0.1', 80], ['::1', 80]), 80, true)).toBe(true);
  expect(coversLoopback(of(['0.0.0.0', 80], ['::1', 80]), 80, true)).toBe(true);
  expect(coversLoopback(of(['::', 80]), 80, true)).toBe(true);
  expect(coversLoopback(of(['127.0.0.1', 80]), 80, false)).toBe(true);
  expect(coversLoopback(of(['127.0.0.1', 80]), 80, true)).toBe(false);
  expect(coversLoopback(of(['127.0.0.1', 80], ['::1', 81]), 80, true)).toBe(false);
  expect(coversLoopback(of(['::1', 80]), 80, true)).toBe(false);
  expect(coversLoopback(of(['127.0.0.2', 80], ['::1', 80]), 80, true)).toBe(false);
});
