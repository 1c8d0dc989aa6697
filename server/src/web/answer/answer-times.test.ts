import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { limitAnswer } from './answer-times.ts';

let server: Server;

afterEach(() => server.close());

/** Answers with this many bytes at once, under these limits. */
async function ask(bytes: number, isPaced: boolean, mostMs: number, patienceMs: number): Promise<IncomingMessage> {
  server = createServer((_, response) => {
    limitAnswer(response, isPaced, mostMs, patienceMs);
    response.end('x'.repeat(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const [response] = (await once(get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', agent: false }), 'response')) as [IncomingMessage];
  return response;
}

/** More than the kernel buffers between the two. */
const MUCH = 32 * 1024 * 1024;

it('a client that reads an answer gets all of it', async () => expect((await text(await ask(MUCH, false, 20_000, 10_000))).length).toBe(MUCH));

it.each([
  ['nothing', false, 20_000, 300, 0],
  ['a little now and then', false, 600, 500, 100],
  ['a little now and then, of what comes seldom', true, 600, 1, 100],
])('one that takes %s is left', async (_, isPaced, mostMs, patienceMs, everyMs) => {
  const response = await ask(MUCH, isPaced, mostMs, patienceMs);
  response.pause();
  const sipping = everyMs === 0 ? undefined : setInterval(() => void response.read(64 * 1024), everyMs);
  await expect.poll(() => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count))), { timeout: 5000 }).toBe(0);
  clearInterval(sipping);
  response.destroy();
});
