import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { PeerLookups } from './peer-lookups.ts';
import type { TcpConnection } from './protocol/tcp-connection.ts';
import type { ReaderHead } from './protocol/protocol.ts';

const closing: (() => unknown)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function connections(count: number): Promise<TcpConnection[]> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const found: TcpConnection[] = [];
  for (let i = 0; i < count; i++) {
    const client = connect(port, '127.0.0.1');
    const [socket] = (await once(server, 'connection')) as [Socket];
    closing.push(
      () => client.destroy(),
      () => socket.destroy(),
    );
    found.push({ own: { address: '127.0.0.1', port }, peer: { address: '127.0.0.1', port: socket.remotePort ?? 0 } });
  }
  return found;
}

it('answers every request, even those during a read of the table, and lets other work go on meanwhile', async () => {
  const all = await connections(12);
  const heads: ReaderHead[] = [];
  const lookups = new PeerLookups((head) => heads.push(head));
  all.slice(0, 4).forEach((connection, id) => lookups.take({ id, op: 'peer', ...connection }));
  // The read of the table has begun but not ended, so there is no answer yet.
  expect(heads).toEqual([]);
  all.slice(4).forEach((connection, i) => lookups.take({ id: 4 + i, op: 'peer', ...connection }));
  await expect.poll(() => heads.length).toBe(12);
  const uid = process.getuid?.() ?? 0;
  expect(heads).toEqual(all.map((_, id) => ({ id, status: 'peer', uid })));
  lookups.take({ id: 99, op: 'peer', own: { address: '127.0.0.1', port: 1 }, peer: { address: '127.0.0.1', port: 2 } });
  await expect.poll(() => heads.at(-1)).toEqual({ id: 99, status: 'peer', uid: null });
});
