import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askLink } from './control-socket.ts';

const LINK = `http://127.0.0.1:8642/#k=${'k'.repeat(43)}`;
let folder: string;
let server: Server | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'procmap-door-'));
});
afterEach(() => {
  server?.close();
  rmSync(folder, { recursive: true });
});

/** A control socket that answers as its user wants. */
function serve(answer: string): Promise<void> {
  server = createServer((peer) => peer.on('error', () => undefined).end(answer));
  return new Promise((resolve) => server?.listen(join(folder, '8642.sock'), resolve));
}

it('a door gives a link', async () => {
  await serve(`${LINK}\n`);
  expect(await askLink(folder, '8642', null)).toBe(LINK);
});

it.each([
  ['escape sequences', '\u001b]0;owned\u0007\u001b[2J'],
  ['a link with escape sequences', `${LINK}\u001b[2J\n`],
  ['two lines', `${LINK}\nrm -rf /\n`],
  ['a megabyte', 'x'.repeat(1_000_000)],
  ['a link and a megabyte', `${LINK}\n`.padEnd(1_000_000)],
])('%s from a door are an error that repeats nothing of it', async (_, answer) => {
  await serve(answer);
  await expect(askLink(folder, '8642', null)).rejects.toThrow(`another program answers at ${folder}/8642.sock; end it and start procmap again`);
});

it('without a control socket there is no link, and a silent one is a daemon that does not answer', async () => {
  expect(await askLink(folder, '8642', null)).toBeNull();
  await serve('');
  await expect(askLink(folder, '8642', null)).rejects.toThrow(`the daemon (process ${process.pid}) does not answer: it is busy or stopped;`);
});
