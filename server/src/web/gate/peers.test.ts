import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { BareApp } from '../../../test/bare-app.ts';
import { FakeReaderLink } from '../../../test/fake-reader-link.ts';
import { Peers } from './peers.ts';
import { ReaderFault } from '../link/reader-fault.ts';

const closing: (() => unknown)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** The accepted end of a local connection. */
async function accept(): Promise<Socket> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  closing.push(
    () => client.destroy(),
    () => socket.destroy(),
    () => server.close(),
  );
  return socket;
}

/** The same connection, as if from another machine. */
function fromElsewhere(socket: Socket): Socket {
  return Object.defineProperty(socket, 'remoteAddress', { value: '192.0.2.1' });
}

function reading(uid: number | null): FakeReaderLink {
  const reader = new FakeReaderLink();
  reader.peerUid = uid;
  return reader;
}

describe('who is at the other end of a connection', () => {
  it.each([
    ['one of the users', 1000, true],
    ['root', 0, true],
    ['another user', 1001, false],
  ])('is answered as %s: %i', async (_, uid, isAnswered) => {
    const refusal = await new Peers(reading(uid).link, [1000]).refusal(await accept());
    if (isAnswered) expect(refusal).toBeNull();
    else expect(refusal).toMatchObject({ status: 403, uid, body: { error: 'wrong_user', message: expect.stringContaining('--peer-uid=1001') as string } });
  });

  it('is looked up once', async () => {
    const reader = reading(1000);
    const peers = new Peers(reader.link, [1000]);
    const socket = await accept();
    await Promise.all([peers.refusal(socket), peers.refusal(socket)]);
    await peers.refusal(socket);
    expect(reader.asked.map(({ op }) => op)).toEqual(['peer']);
  });

  it('is searched on this machine if both ends have the same address', async () => {
    const socket = await accept();
    for (const end of ['localAddress', 'remoteAddress']) Object.defineProperty(socket, end, { value: '192.0.2.1' });
    expect(await new Peers(reading(null).link, [1000]).refusal(socket)).toMatchObject({ status: 503, body: { error: 'unknown_peer' } });
  });

  it('is refused if no user of this machine has it, except for another machine', async () => {
    const peers = new Peers(reading(null).link, [1000]);
    expect(await peers.refusal(await accept())).toMatchObject({ status: 503, body: { error: 'unknown_peer' } });
    expect(await peers.refusal(fromElsewhere(await accept()))).toBeNull();
  });

  it('is refused if the reader cannot tell, and then looked up again', async () => {
    const reader = reading(1000);
    const peers = new Peers(reader.link, [1000]);
    const socket = await accept();
    reader.gate = Promise.reject(new ReaderFault('stalled', 'it hangs'));
    reader.gate.catch(() => undefined);
    expect(await peers.refusal(socket)).toMatchObject({ status: 503, body: { error: 'reader_down' } });
    reader.gate = Promise.resolve();
    expect(await peers.refusal(socket)).toBeNull();
  });

  it('is not taken for another machine’s because the connection ended before the lookup', async () => {
    const socket = fromElsewhere(await accept());
    const reader = reading(1001);
    const refusal = new Peers(reader.link, [1000]).refusal(socket);
    socket.destroy();
    expect(await refusal).toMatchObject({ status: 503 });
  });

  it('is looked up twice: a row may be missed', async () => {
    const reader = reading(null);
    const peers = new Peers(reader.link, [1000]);
    await peers.refusal(fromElsewhere(await accept()));
    expect(reader.asked.map(({ op }) => op)).toEqual(['peer', 'peer']);
  });

  it('is refused when the connection has gone already', async () => {
    const socket = await accept();
    const gone = Object.defineProperty(socket, 'remoteAddress', { value: undefined });
    expect(await new Peers(reading(0).link, [0]).refusal(gone)).toMatchObject({ status: 503 });
  });

  it('does not matter if every user may connect', async () => {
    const reader = reading(1001);
    const peers = new Peers(reader.link, null);
    expect(await peers.refusal(await accept())).toBeNull();
    expect(reader.asked).toEqual([]);
  });

  it('may be admitted later, and may be anybody on a connection that the kernel has checked', async () => {
    const peers = new Peers(reading(1001).link, [1000]);
    expect(await peers.refusal(await accept())).not.toBeNull();
    peers.admit(1001);
    expect(await peers.refusal(await accept())).toBeNull();
    const vouched = await accept();
    const strict = new Peers(reading(7).link, [1000]);
    strict.vouchFor(vouched);
    expect(await strict.refusal(vouched)).toBeNull();
    expect(await strict.refusal(await accept())).not.toBeNull();
  });
});

describe('another user', () =>
  it('gets nothing from any route, even with a stolen session', async () => {
    const bare = new BareApp();
    bare.reader.peerUid = 4321;
    await bare.listen();
    closing.push(() => bare.stop());
    const { cookie, key } = bare.visitor();
    const headers = { cookie, 'x-procmap-key': key };
    for (const path of ['/', '/healthz', '/assets/app-1a2b3c.js', '/api/processes', '/api/session', '/nothing'])
      for (const method of ['GET', 'HEAD', 'POST']) expect((await bare.request(method, path, headers)).status, `${method} ${path}`).toBe(403);
    expect(JSON.parse((await bare.upgrade('/api/stream', { cookie })).body)).toMatchObject({ error: 'wrong_user' });
    expect((await bare.request('GET', '/healthz')).headers).toHaveProperty('content-security-policy');
  }));
