import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type HeldSocket, holdSocketFile, letGo, serveHeld, takeOver } from './held-socket.ts';

let folder: string;
let path: string;
let held: HeldSocket;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'procmap-held-'));
  path = join(folder, 'socket');
  held = await holdSocketFile({ path, uid: process.geteuid?.() ?? 0 });
});
afterEach(() => {
  held.server.close();
  rmSync(folder, { recursive: true });
});

const REQUEST = 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';

it('keeps connections and their data until the application exists, and passes them on', async () => {
  const early = connect(path);
  early.write(REQUEST);
  await expect.poll(() => held.waiting.length).toBe(1);
  // Enough time for a read, if there were one.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const taken: Socket[] = [];
  const application = createServer((_, response) => response.end('here'));
  takeOver(held, (socket) => {
    taken.push(socket);
    application.emit('connection', socket);
  });
  expect(await text(early)).toMatch(/^HTTP\/1\.1 200 [^]*here$/);
  const late = await new Promise<string>((resolve) => get({ socketPath: path, agent: false }, (response) => void text(response).then(resolve)));
  expect([late, taken.length, held.waiting.length]).toEqual(['here', 2, 0]);
});

it('closes slow connections, as on a port', async () => {
  const application = createServer({ headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 50 }, (_, response) => response.end('here'));
  serveHeld([held], application, () => undefined);
  const slow = connect(path);
  slow.write('GET / HTTP/1.1\r\n');
  expect(await text(slow)).toMatch(/^HTTP\/1\.1 408 /);
  application.closeAllConnections();
});

it('leaves out connections that were closed meanwhile', async () => {
  const gone = connect(path);
  await expect.poll(() => held.waiting.length).toBe(1);
  gone.destroy();
  const [socket] = held.waiting;
  socket?.destroy();
  const taken: Socket[] = [];
  takeOver(held, (each) => taken.push(each));
  expect(taken).toEqual([]);
});

it('is accessible to its owner only', async () => {
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const other = await holdSocketFile({ path: join(folder, 'missing', 'x'), uid: process.geteuid?.() ?? 0 }).catch((error: unknown) => error);
  expect(other).toBeInstanceOf(Error);
  await once(connect(path), 'connect');
});

it('leaves its file when released: it may be another daemon’s by now', async () => {
  rmSync(path);
  const other = await holdSocketFile({ path, uid: process.geteuid?.() ?? 0 });
  letGo(held);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(existsSync(path)).toBe(true);
  letGo(other);
  expect(await text(connect(path))).toBe('');
  other.server.close();
});
