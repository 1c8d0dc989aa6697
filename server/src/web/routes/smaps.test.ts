import { FIGURE_COLUMNS } from '@procmap/shared/figures/mapping-figures.ts';
import type { SmapsJson } from '@procmap/shared/output/smaps-json.ts';
import Fastify from 'fastify';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { useFixtures } from '../../../test/use-fixtures.ts';
import { TOKEN, WebClient } from '../../../test/web-client.ts';
import { apiErrorOf } from '../answer/faults.ts';
import { Duty } from '../link/duty.ts';
import { ReaderLink } from '../link/reader-link.ts';
import { smapsRoute } from './smaps.ts';

let web: WebClient;
const startFixture = useFixtures();
const folder = mkdtempSync(join(tmpdir(), 'procmap-smaps-'));
const FILE = join(folder, 'Rss: 5 kB');

beforeAll(async () => {
  web = await WebClient.start();
  writeFileSync(FILE, Buffer.alloc(4 * 4096, 1));
});

afterAll(async () => {
  await web.stop();
  rmSync(folder, { recursive: true });
});

/** Waits until the process may be read again. */
async function smaps(pid: number, query = ''): Promise<SmapsJson> {
  for (;;) {
    const { status, body } = await web.ask(`/api/processes/${pid}/smaps${query}`);
    if (status === 200) return body as SmapsJson;
    expect(status).toBe(429);
    await sleep(50);
  }
}

/** The rows of /proc/PID/smaps, parsed by regular expressions. */
function reference(pid: number): (string | number | null)[][] {
  const blocks = readFileSync(`/proc/${pid}/smaps`, 'latin1').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  return blocks.map((block) => {
    const [, start = '', end = '', offset = '', device = '', inode] = /^([0-9a-f]+)-([0-9a-f]+) \S+ (\S+) (\S+) ([0-9]+)/.exec(block) ?? [];
    const figures = FIGURE_COLUMNS.map(([, word]) => {
      const kb = new RegExp(`^${word}: +([0-9]+) kB$`, 'm').exec(block)?.[1];
      return kb === undefined ? null : Number(kb);
    });
    return [
      `0x${start.padStart(16, '0')}`,
      `0x${end.padStart(16, '0')}`,
      ...figures,
      (/^VmFlags:(.*)$/m.exec(block)?.[1] ?? '').trim(),
      device,
      Number(inode),
      `0x${offset.replace(/^0+(?=.)/, '')}`,
    ];
  });
}

/**
 * Figures that depend on other processes that share pages, such as those of libc: these come and go between two reads.
 */
const BY_OTHERS = new Set(['pss_kb', 'swap_pss_kb', 'referenced_kb', 'shared_clean_kb', 'shared_dirty_kb', 'private_clean_kb', 'private_dirty_kb']);

/** Rows without these figures, except for mappings whose pages cannot be shared. */
function withoutOthers(pid: number, columns: readonly string[], rows: readonly (readonly (string | number | null)[])[]): (string | number | null)[][] {
  const lines = readFileSync(`/proc/${pid}/maps`, 'latin1').trimEnd().split('\n');
  const own = lines.map((line) => line.endsWith(` ${FILE}`) || !/ (\/.*|\[v.*)$/.test(line));
  expect(own.filter(Boolean).length).toBeGreaterThan(2);
  return rows.map((row, i) => row.map((cell, column) => (own[i] !== true && BY_OTHERS.has(columns[column] ?? '') ? null : cell)));
}

describe('GET /api/processes/:pid/smaps', () => {
  it('has the kernel’s figures of each mapping, and the sums of smaps_rollup', async () => {
    const { pid } = await startFixture('touched', FILE);
    const json = await smaps(pid);
    expect(json).toMatchObject({ pid, comm: 'touched', torn: false });
    const { columns } = json;
    expect([...BY_OTHERS].filter((column) => !columns.includes(column))).toEqual([]);
    expect(withoutOthers(pid, columns, json.rows)).toEqual(withoutOthers(pid, columns, reference(pid)));
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    for (const word of ['Rss', 'Anonymous', 'Swap']) {
      const column = json.columns.indexOf(`${word.toLowerCase()}_kb`);
      const sum = json.rows.reduce((total, row) => total + Number(row[column]), 0);
      expect(sum, word).toBe(Number(new RegExp(`^${word}: +([0-9]+) kB$`, 'm').exec(rollup)?.[1]));
    }
    const { ms = 0, bytes = 0, reads = 0 } = json.cost ?? {};
    expect(bytes).toBeGreaterThan(json.rows.length * 500);
    expect(reads).toBeGreaterThan(bytes / 8192);
    expect(ms).toBeGreaterThan(0);
  });

  it('has the mappings that overlap a range', async () => {
    const fixture = await startFixture('known');
    const all = reference(fixture.pid);
    const { start = 0, length = 0 } = fixture.mappings.find(({ name }) => name === 'shared') ?? {};
    const hex = (at: number): string => `0x${at.toString(16)}`;
    const { rows, cost } = await smaps(fixture.pid, `?start=${hex(start)}&end=${hex(start + length)}`);
    expect(rows.map((row) => row[0])).toEqual([`0x${start.toString(16).padStart(16, '0')}`]);
    const last = await smaps(fixture.pid, `?start=${hex(start + length - 4096)}`);
    expect(last.rows.map((row) => row[0])).toEqual(all.map((row) => row[0]).slice(all.findIndex((row) => row[0] === rows[0]?.[0])));
    // Nothing is read beyond the range.
    const none = await smaps(fixture.pid, '?end=0x1000');
    expect(none.rows).toEqual([]);
    expect(none.cost?.reads).toBeLessThanOrEqual(cost?.reads ?? 0);
    expect(none.cost?.reads).toBeLessThan(last.cost?.reads ?? 0);
  });

  it.each([
    '?start=1',
    '?start=0x1',
    '?start=0x2000&end=0x2000',
    '?start=0x2000&end=0x1000',
    '?end=0x10000000000001000',
    '?end=',
    '?start=0x1000&start=0x2000',
    '?length=1',
  ])('answers %j by 400', async (query) => {
    const { status, body } = await web.ask(`/api/processes/${process.pid}/smaps${query}`);
    expect([status, body]).toEqual([400, { error: 'bad_range', message: expect.stringMatching(/.{20}/) as string }]);
  });

  it('answers for processes without figures like the map does', async () => {
    expect(await web.ask('/api/processes/4194304/smaps')).toMatchObject({ status: 404, body: { error: 'not_found' } });
    expect(await web.ask('/api/processes/1e3/smaps')).toMatchObject({ status: 400, body: { error: 'bad_pid' } });
    const zombie = await startFixture('zombie');
    expect(await web.ask(`/api/processes/${zombie.ready[1]}/smaps`)).toMatchObject({ status: 409, body: { error: 'zombie' } });
  });

  it('reads a process for at most a fifth of the time, and says when to retry', async () => {
    const { pid } = await startFixture('many', '20000');
    const began = performance.now();
    const { cost } = await smaps(pid);
    const answer = await web.request(`/api/processes/${pid}/smaps`, { headers: { authorization: `Bearer ${TOKEN}` } });
    const elapsedMs = performance.now() - began;
    expect(answer.status).toBe(429);
    expect(JSON.parse(answer.text)).toEqual({ error: 'too_soon', message: expect.stringContaining('ms') as string });
    // A part of the rest is already over.
    const restMs = 4 * (cost?.ms ?? 0) + 250;
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(Math.ceil(restMs / 1000));
    expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(Math.ceil((restMs - elapsedMs) / 1000));
    // As the page asks, it is no error.
    const patient = await web.request(`/api/processes/${pid}/smaps`, { headers: { authorization: `Bearer ${TOKEN}`, prefer: 'respond-async' } });
    expect([patient.status, JSON.parse(patient.text)]).toEqual([202, expect.objectContaining({ error: 'too_soon' })]);
    expect(Number(patient.headers['retry-after'])).toBeGreaterThan(0);
    // Another process can still be read.
    const other = await startFixture('known');
    expect((await smaps(other.pid)).rows.length).toBeGreaterThan(10);
  });

  it('reads a process for no more than one of its threads', async () => {
    // This process has several.
    const threads = readdirSync('/proc/self/task').map(Number);
    expect(threads.length).toBeGreaterThan(3);
    const read = await smaps(threads.at(-1) ?? 0);
    expect(read.pid).toBe(process.pid);
    const answers = await Promise.all(threads.map((thread) => web.ask(`/api/processes/${thread}/smaps`)));
    expect(answers.map(({ status }) => status)).toEqual(threads.map(() => 429));
    expect((await web.ask(`/api/processes/${threads.at(-1)}/pages?start=0x400000&count=1`)).status).toBe(429);
  });

  it('reads a process whose first thread has ended', async () => {
    const fixture = await startFixture('known');
    const { pid } = fixture;
    expect(await fixture.command('leave')).toBe('left');
    const read = await smaps(pid);
    expect([read.pid, read.error]).toEqual([pid, undefined]);
    expect(read.rows.length).toBeGreaterThan(10);
    const pages = `/api/processes/${pid}/pages?start=0x400000&count=1`;
    // They share one rest.
    expect((await web.ask(pages)).status).toBe(429);
    await vi.waitFor(async () => expect((await web.ask(pages)).status).toBe(200), { timeout: 20_000, interval: 50 });
    expect(await web.ask(`/api/processes/${pid}/stats`)).toMatchObject({ status: 200, body: { smem: { rss_kb: expect.any(Number) as number } } });
  });

  it('does not delay viewers of maps, and ends when nobody wants the rest', async () => {
    const { pid } = await startFixture('many', '60000');
    const stream = await web.stream();
    stream.send({ type: 'watch', pid: (await startFixture('known')).pid, rateHz: 10 });
    await stream.next('snapshot');
    const headers = { authorization: `Bearer ${TOKEN}`, host: `127.0.0.1:${web.port}` };
    const response = await new Promise<IncomingMessage>((resolve) => {
      get({ host: '127.0.0.1', port: web.port, path: `/api/processes/${pid}/smaps`, headers, agent: false }, resolve);
    });
    // It reads nothing: the rest is not generated, and other requests meanwhile are answered.
    response.pause();
    await stream.message('tick');
    const { status } = await web.ask(`/api/processes/${pid}/map`);
    expect(status).toBe(200);
    expect((await web.ask(`/api/processes/${pid}/smaps`)).status).toBe(429);
    response.destroy();
    // Its turn has ended with it; otherwise the next one would wait for ever.
    const json = await smaps(pid);
    expect(json.rows.length).toBeGreaterThan(60_000);
    await stream.close();
    expect(web.stuck).toEqual([]);
  });

  it('drops a client that reads too slowly, so that others have their turn', async () => {
    const { pid } = await startFixture('many', '60000');
    const reader = spawn(process.execPath, [join(import.meta.dirname, '../../reader/main.ts')], { env: {}, stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
    const link = new ReaderLink(() => undefined);
    link.setStream(reader.stdio[3] as Socket);
    const app = Fastify();
    app.setErrorHandler((error, _, reply) => {
      const { status, body } = apiErrorOf(error);
      return reply.code(status).send(body);
    });
    const duty = new Duty();
    const ends = vi.spyOn(duty, 'end');
    smapsRoute(app, link, duty, 3000);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const path = `/api/processes/${pid}/smaps`;
    const slow = connect({ host: '127.0.0.1', port });
    slow.on('error', () => undefined).pause();
    slow.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    const sipping = setInterval(() => void slow.read(1), 100);
    await expect.poll(() => slow.readableLength, { timeout: 10_000 }).toBeGreaterThan(0);
    const another = (): Promise<number> => fetch(`http://127.0.0.1:${port}${path}?end=0x1000`).then(({ status }) => status);
    expect(await another()).toBe(429);
    await expect.poll(() => ends.mock.calls.length, { timeout: 60_000 }).toBe(1);
    clearInterval(sipping);
    // The sent part ends with the reason, which waits ten seconds for the client. On a busy machine the rest of the
    // process takes longer: four times as long as the read.
    expect((await text(slow)).slice(-300)).toContain('"error":{"error":"too_slow","message":"');
    await expect.poll(another, { timeout: 80_000, interval: 200 }).toBe(200);
    reader.kill('SIGKILL');
    await app.close();
  }, 120_000);

  it('says at the end that it could not be read to the end', async () => {
    const many = await startFixture('many', '60000');
    const headers = { authorization: `Bearer ${TOKEN}`, host: `127.0.0.1:${web.port}` };
    const text = await new Promise<string>((resolve) => {
      get({ host: '127.0.0.1', port: web.port, path: `/api/processes/${many.pid}/smaps`, headers, agent: false }, (response) => {
        let all = '';
        response.once('readable', () => {
          void many.stop().then(() => {
            response.on('data', (chunk) => (all += String(chunk)));
            response.on('end', () => resolve(all));
          });
        });
      });
    });
    const json = JSON.parse(text) as SmapsJson;
    expect(json.error?.error).toBe('exited');
    expect(json.cost).toBeUndefined();
    expect(json.rows.length).toBeGreaterThan(0);
  });
});
