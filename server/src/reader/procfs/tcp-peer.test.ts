import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { otherUser } from '../../../test/other-user.ts';
import type { TcpConnection } from '../protocol/tcp-connection.ts';
import { endsOf, rowOf, tcpPeerUids, uidOfRow } from './tcp-peer.ts';

const OWN_UID = process.getuid?.() ?? 0;
const closing: (() => unknown)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listen(host: string): Promise<{ server: Server; port: number }> {
  const server = createServer({ allowHalfOpen: true }).listen(0, host);
  closing.push(() => server.close());
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** The accepted end of a new connection. */
async function accepted(server: Server): Promise<Socket> {
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.on('error', () => undefined);
  closing.push(() => socket.destroy());
  return socket;
}

function connectionOf({ localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 }: Socket): TcpConnection {
  return { own: { address: localAddress, port: localPort }, peer: { address: remoteAddress, port: remotePort } };
}

async function uidBehind(socket: Socket): Promise<number | null | undefined> {
  return (await tcpPeerUids([connectionOf(socket)]))[0];
}

describe('the user behind a connection', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', '::ffff:127.0.0.1'],
    ['::1', '::1'],
    ['::', '127.0.0.1'],
    ['0.0.0.0', '127.0.0.2'],
  ])('is found where it listens at %s and is called at %s', async (host, called) => {
    const { server, port } = await listen(host);
    const ours = accepted(server);
    const client = connect(port, called);
    closing.push(() => client.destroy());
    expect(await uidBehind(await ours)).toBe(OWN_UID);
  });

  it.skipIf(otherUser === null)('is another one when another one connects', async () => {
    const { server, port } = await listen('127.0.0.1');
    const ours = accepted(server);
    const script = `require('node:net').connect(${port}, '127.0.0.1'); setTimeout(() => process.exit(), 20000)`;
    const child = spawn('setpriv', [...(otherUser ?? []).slice(1), process.execPath, '-e', script]);
    closing.push(() => child.kill('SIGKILL'));
    expect(await uidBehind(await ours)).toBe(1234);
  });

  it('is null once the other end is closed, and not root', async () => {
    const { server, port } = await listen('127.0.0.1');
    const ours = accepted(server);
    const client = connect(port, '127.0.0.1');
    const socket = await ours;
    const ended = once(socket, 'end');
    client.destroy();
    socket.resume();
    await ended;
    expect(await uidBehind(socket)).toBeNull();
  });

  it('is null without such a connection', async () => {
    const nowhere = [
      ['127.0.0.1', '127.0.0.1'],
      ['2001:db8::1', '2001:db8::2'],
      ['127.0.0.1', 'nonsense'],
    ].map(([own = '', peer = '']) => ({ own: { address: own, port: 1 }, peer: { address: peer, port: 2 } }));
    expect(await tcpPeerUids(nowhere)).toEqual([null, null, null]);
    expect(await tcpPeerUids([])).toEqual([]);
  });

  it('is found for many at once, in order', async () => {
    const { server, port } = await listen('::');
    const sockets: Socket[] = [];
    for (const called of ['127.0.0.1', '::1', '127.0.0.1']) {
      const ours = accepted(server);
      const client = connect(port, called);
      closing.push(() => client.destroy());
      sockets.push(await ours);
    }
    const none = { own: { address: '127.0.0.1', port }, peer: { address: '127.0.0.1', port: 1 } };
    const [first, second, third] = sockets.map(connectionOf);
    if (first === undefined || second === undefined || third === undefined) throw new Error('three have connected');
    expect(await tcpPeerUids([first, none, second, third, first])).toEqual([OWN_UID, null, OWN_UID, OWN_UID, OWN_UID]);
  });
});

describe('a row of the table', () => {
  const own = { address: '127.0.0.1', port: 8642 };
  const peer = { address: '127.0.0.1', port: 0xabcd };

  it('is identified by both addresses', () => {
    expect(rowOf(false, own, peer)).toBe('0100007F:ABCD 0100007F:21C2');
    expect(rowOf(true, own, peer)).toBe('0000000000000000FFFF00000100007F:ABCD 0000000000000000FFFF00000100007F:21C2');
    expect(rowOf(true, { ...own, address: '2001:db8::1:2' }, { ...peer, address: 'fe80::a%eth0' })).toBe(
      '000080FE00000000000000000A000000:ABCD B80D0120000000000000000002000100:21C2',
    );
    expect(rowOf(false, { ...own, address: '::1' }, peer)).toBeNull();
    expect(rowOf(true, { ...own, address: 'nonsense' }, peer)).toBeNull();
  });

  it('has both addresses, and a uid unless its program has closed the socket', () => {
    const ends = '0100007F:ABCD 0100007F:21C2';
    const row = (number: number, uid: string, inode: string): string =>
      `${String(number).padStart(4)}: ${ends} 01 00000000:00000000 00:00000000 00000000  ${uid}        0 ${inode} 1 0`;
    for (const number of [0, 9999, 123_456]) expect(endsOf(row(number, '1000', '7'))).toBe(ends);
    expect(uidOfRow(row(1, '1000', '7'))).toBe(1000);
    expect(uidOfRow(row(1, '0', '0'))).toBeNull();
    for (const line of ['  sl  local_address rem_address   st tx_queue', '', ':', ': ', '  1: ']) {
      expect(endsOf(line)).not.toContain(ends);
      expect(uidOfRow(line)).toBeNull();
    }
  });
});
