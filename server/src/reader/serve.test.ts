import { readdirSync, readlinkSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { useFixtures } from '../../test/use-fixtures.ts';
import { MAX_ANSWER_BYTES, type ReaderHead } from './protocol/protocol.ts';
import { ReaderHangs } from './reader-hangs.ts';
import { ReaderServer } from './serve.ts';
import { encodeMessage, MessageReader } from './protocol/wire.ts';

const startFixture = useFixtures();
const closing: (() => unknown)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A reader in this process, as the service has one per connection, and the client's end. */
async function serve(hangs?: ReaderHangs): Promise<{ asking: Socket; heads: ReaderHead[] }> {
  const server = createServer((stream) => {
    stream.on('error', () => undefined);
    new ReaderServer(stream, Promise.resolve({ from: 'own' }), hangs);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  const asking = connect((server.address() as AddressInfo).port, '127.0.0.1');
  closing.push(() => asking.destroy());
  const heads: ReaderHead[] = [];
  const incoming = new MessageReader(MAX_ANSWER_BYTES);
  asking.on('data', (chunk: Buffer) => heads.push(...incoming.push(chunk).map(({ head }) => head as ReaderHead)));
  return { asking, heads };
}

function ask(asking: Socket, request: object): void {
  asking.write(Buffer.concat(encodeMessage(request)));
}

/** Number of such open files in this process. */
/** Enough for a busy machine. */
const PATIENCE = { timeout: 20_000 };

function held(name: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).endsWith(`/${name}`);
    } catch {
      return false;
    }
  }).length;
}

it('closes everything that it reads for a closed stream', async () => {
  const { pid } = await startFixture('many', '20000');
  const { asking, heads } = await serve();
  for (let id = 1; id <= 5; id++) ask(asking, { id, op: 'smaps', pid, startPage: 0, endPage: 2 ** 52 });
  await vi.waitFor(() => expect(heads.filter(({ status }) => status === 'figures')).toHaveLength(5), PATIENCE);
  expect(held('smaps')).toBe(5);
  asking.destroy();
  await vi.waitFor(() => expect(held('smaps')).toBe(0), PATIENCE);
});

it('answers many large questions one after the other, each as soon as it is answered', async () => {
  const { pid } = await startFixture('many', '60000');
  const { asking, heads } = await serve();
  for (let id = 1; id <= 8; id++) ask(asking, { id, op: 'map', pid, etag: null });
  await vi.waitFor(() => expect(heads.some(({ status }) => status === 'map')).toBe(true), PATIENCE);
  // The first answer has arrived before the last one is read.
  expect(heads.filter(({ status }) => status === 'map').length).toBeLessThan(8);
  await vi.waitFor(() => expect(heads.filter(({ status }) => status === 'map')).toHaveLength(8), { timeout: 20_000 });
});

it('remembers unresponsive processes and held threads from one stream to the next', async () => {
  const hangs = new ReaderHangs();
  const first = await serve(hangs);
  ask(first.asking, { id: 1, op: 'hello' });
  ask(first.asking, { id: 0, op: 'avoid', pids: [7], times: [3] });
  ask(first.asking, { id: 2, op: 'map', pid: 7, etag: null });
  await vi.waitFor(() => expect(first.heads.at(-1)).toMatchObject({ id: 2, error: 'stalled' }), PATIENCE);
  first.asking.destroy();
  const second = await serve(hangs);
  ask(second.asking, { id: 1, op: 'hello' });
  await vi.waitFor(
    () =>
      expect(second.heads).toEqual([
        { id: 1, status: 'up' },
        { id: 0, status: 'not-answering', pids: [7], times: [3] },
      ]),
    PATIENCE,
  );
});
