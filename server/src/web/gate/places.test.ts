import { once } from 'node:events';
import { Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { FakeReaderLink } from '../../../test/fake-reader-link.ts';
import { Peers } from './peers.ts';
import { Places } from './places.ts';

const USER = 1000;
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A socket as accepted from this machine. */
function accepted(): Socket {
  const ends = { localAddress: '127.0.0.1', localPort: 1, remoteAddress: '127.0.0.1', remotePort: 2 };
  const socket = Object.defineProperties(new Socket(), Object.fromEntries(Object.entries(ends).map(([name, value]) => [name, { value }])));
  sockets.push(socket);
  return socket;
}

/** Places with connections of one user, or of an unknown one. */
function placesFor(uid: number | null, uids: readonly number[] | null): Places {
  const reader = new FakeReaderLink();
  reader.peerUid = uid;
  return new Places(new Peers(reader.link, uids));
}

async function takeMany(places: Places, count: number): Promise<boolean[]> {
  const taken = Array.from({ length: count }, accepted);
  for (const socket of taken) await places.take(socket);
  return taken.map(({ destroyed }) => !destroyed);
}

const times = (count: number, stays: boolean): boolean[] => Array<boolean>(count).fill(stays);

it.each([
  ['of who may ask', USER, [USER]],
  ['where anybody may ask', USER + 1, null],
])('sixty-four connections stay %s, eight more hear why not, and each that ends makes room', async (_, uid, uids) => {
  const places = placesFor(uid, uids);
  expect(await takeMany(places, 74)).toEqual([...times(72, true), ...times(2, false)]);
  const [first, another] = [sockets[0], sockets[71]];
  if (first === undefined || another === undefined) throw new Error('there are so many');
  expect(await places.refusal(first)).toBeNull();
  expect(await places.refusal(another)).toMatchObject({ status: 503, body: { error: 'too_many_connections' } });
  await once(another, 'close');
  expect(sockets.filter(({ destroyed }) => !destroyed)).toHaveLength(64);
  first.destroy();
  await once(first, 'close');
  expect(await takeMany(places, 1)).toEqual([true]);
  expect(await Promise.all(sockets.slice(-1).map((socket) => places.refusal(socket)))).toEqual([null]);
});

it.each([
  ['of who may not ask', USER + 1],
  ['of whom nothing can be said now', null],
])('eight stay %s, for a second', async (_, uid) => {
  const places = placesFor(uid, [USER]);
  expect(await takeMany(places, 10)).toEqual([...times(8, true), ...times(2, false)]);
  const last = sockets[7];
  if (last !== undefined) await once(last, 'close');
  expect(sockets.every(({ destroyed }) => destroyed)).toBe(true);
  expect(await takeMany(places, 1)).toEqual([true]);
});

it('a connection that has been closed meanwhile takes no place', async () => {
  const places = placesFor(USER, [USER]);
  for (let i = 0; i < 64; i++) {
    const socket = accepted();
    const taking = places.take(socket);
    socket.destroy();
    await taking;
  }
  const taken = Array.from({ length: 65 }, accepted);
  expect(await Promise.all(taken.map((socket) => places.take(socket)))).toEqual([
    ...Array<null>(64).fill(null),
    expect.objectContaining({ status: 503 }) as object,
  ]);
});
