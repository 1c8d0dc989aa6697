import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pidsOf } from '../bench/roles.ts';
import { Daemon } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { requestBytes } from '../http.ts';
import { openStream } from '../viewer.ts';
import { lookAtRoles, pause, say } from './figures.ts';

let daemon: Daemon;

beforeAll(async () => {
  buildFixtures();
  daemon = await Daemon.start();
});
afterAll(() => daemon.stop());

function open(): Socket {
  const socket = connect(daemon.port, '127.0.0.1');
  socket.on('error', () => undefined);
  return socket;
}

/** When all places are taken, a few get an answer; other connections are just ended. */
const REFUSED = [503, 0];

/** Status of an answer; 0 when the connection was ended without one. */
function askHealth(): Promise<number> {
  return new Promise((resolve) => {
    const socket = open();
    let all = '';
    socket.on('data', (chunk: Buffer) => (all += chunk.toString('latin1')));
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 ([0-9]+)/.exec(all)?.[1] ?? 0)));
    socket.write(requestBytes('GET', '/healthz', { host: `127.0.0.1:${daemon.port}` }));
  });
}

it('a thousand connections at once are answered or refused, and nothing stays of them', async () => {
  const stream = await openStream(daemon);
  try {
    const before = lookAtRoles(daemon.pid);
    const began = performance.now();
    const statuses = await Promise.all(Array.from({ length: 1000 }, askHealth));
    const [answered, told] = [200, 503].map((wanted) => statuses.filter((status) => status === wanted).length);
    say(`1,000 connections at once: ${answered} answered, ${told} told why not, the others ended, in ${(performance.now() - began).toFixed(0)} ms`);
    expect(statuses.filter((status) => status !== 200 && !REFUSED.includes(status))).toEqual([]);
    expect(answered).toBeGreaterThan(0);
    expect(await askHealth()).toBe(200);
    expect(stream.isOpen).toBe(true);
    await expect.poll(() => lookAtRoles(daemon.pid).web.files, { timeout: 10_000 }).toBeLessThanOrEqual(before.web.files + 1);
  } finally {
    await stream.close();
  }
});

it('sixty-four that take nothing of a large answer are ended, and others get in again', async () => {
  const many = await Fixture.start('many', '60000');
  const ask = requestBytes('GET', `/api/processes/${many.pid}/map`, { host: `127.0.0.1:${daemon.port}`, authorization: `Bearer ${daemon.token}` });
  const { reader } = pidsOf(daemon.pid);
  const sockets = Array.from({ length: 64 }, open);
  try {
    for (const socket of sockets) {
      socket.pause();
      socket.write(ask);
    }
    const began = performance.now();
    await pause(3000);
    expect(REFUSED).toContain(await askHealth());
    const { web } = lookAtRoles(daemon.pid);
    await expect.poll(askHealth, { timeout: 60_000, interval: 250 }).toBe(200);
    say(
      `64 that take nothing of a large answer: web ${web.rssMib.toFixed(0)} MiB; others get in again after ${((performance.now() - began) / 1000).toFixed(1)} s`,
    );
    // A busy reader is not mistaken for one that hangs.
    expect(pidsOf(daemon.pid).reader).toBe(reader);
  } finally {
    for (const socket of sockets) socket.destroy();
    await many.stop();
  }
});

it('two hundred that send a byte a second are ended, and others get in again', async () => {
  const stream = await openStream(daemon);
  const sockets = Array.from({ length: 200 }, open);
  const request = requestBytes('GET', '/healthz', { host: `127.0.0.1:${daemon.port}`, x: 'y'.repeat(100) });
  let sent = 0;
  const dripping = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write(request.charAt(sent), () => undefined);
    sent++;
  }, 1000);
  try {
    const began = performance.now();
    await pause(1000);
    // They take all places for as long as a request may take for its headers.
    expect(REFUSED).toContain(await askHealth());
    await expect.poll(askHealth, { timeout: 30_000, interval: 250 }).toBe(200);
    say(`200 slow connections: others get in again after ${((performance.now() - began) / 1000).toFixed(1)} s`);
    await expect.poll(() => sockets.filter(({ closed, destroyed }) => !closed && !destroyed).length, { timeout: 30_000 }).toBe(0);
    expect(stream.isOpen).toBe(true);
  } finally {
    clearInterval(dripping);
    for (const socket of sockets) socket.destroy();
    await stream.close();
  }
});
