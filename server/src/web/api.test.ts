import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeProc, mapsLine } from '../../test/fake-proc.ts';
import { referenceRows } from '../../test/maps-reference.ts';
import { otherUser } from '../../test/other-user.ts';
import { TOKEN, WebClient } from '../../test/web-client.ts';
import { useFixtures } from '../../test/use-fixtures.ts';
import { parseStat } from '../reader/procfs/process/stat.ts';
import type { ProcessInfo } from '../reader/protocol/protocol.ts';
import type { MapHeadJson, RegionJson } from '@procmap/shared/output/map-json.ts';

type MapJson = MapHeadJson & { readonly regions: readonly RegionJson[] };

let web: WebClient;
const startFixture = useFixtures();

beforeAll(async () => {
  web = await WebClient.start();
});

afterAll(() => web.stop());

describe('GET /healthz', () =>
  it('reports that it is up, and nothing else', async () => {
    const { status, text } = await web.request('/healthz');
    expect([status, text]).toEqual([200, '{"status":"ok"}']);
  }));

describe('POST /api/session', () => {
  it('exchanges the key of the first link and of each new one, once', async () => {
    for (const key of [web.firstKey, web.mintKey()]) {
      const answer = await web.post('/api/session', { key });
      expect(answer.status).toBe(200);
      expect(Object.keys(JSON.parse(answer.text) as object)).toEqual(['key']);
      expect(answer.headers['set-cookie']).toEqual([expect.stringMatching(/^procmap-[\w-]{10}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)]);
      const again = await web.post('/api/session', { key });
      expect([again.status, again.headers['set-cookie']]).toEqual([401, undefined]);
      expect(JSON.parse(again.text)).toMatchObject({ error: 'link_used' });
    }
  });

  it('opens what needs a session', async () => {
    const { headers } = await web.enter();
    expect((await web.request('/api/system', { headers })).status).toBe(200);
  });

  const json = { 'content-type': 'application/json' };
  it.each<[string, Record<string, string>, string, number, string]>([
    ['no JSON', json, '{"key":', 400, 'bad_request'],
    ['nothing', json, '', 400, 'bad_request'],
    ['another type', json, '[]', 400, 'bad_request'],
    ['no key', json, '{}', 400, 'bad_request'],
    ['a key that is no text', json, '{"key":1}', 400, 'bad_request'],
    ['an endless key', json, `{"key":"${'x'.repeat(129)}"}`, 400, 'bad_request'],
    ['more than a key', json, '{"key":"x","admin":true}', 400, 'bad_request'],
    ['a prototype', json, '{"key":"x","__proto__":{}}', 400, 'bad_request'],
    ['too much', json, JSON.stringify({ key: 'x'.repeat(17_000) }), 413, 'too_large'],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'key=x', 415, 'wrong_type'],
    // Requests that a page of another site may send without a preflight.
    ['JSON as text', { 'content-type': 'text/plain' }, '{"key":"x"}', 415, 'wrong_type'],
    ['JSON as nothing', {}, '{"key":"x"}', 415, 'wrong_type'],
    ['a wrong key', json, '{"key":"x"}', 401, 'link_used'],
  ])('refuses %s', async (_, headers, body, status, error) => {
    const answer = await web.request('/api/session', { method: 'POST', headers, body });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([status, { error, message: expect.any(String) as string }]);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });
});

describe('GET /api/processes', () =>
  it('lists every process as the kernel does', async () => {
    const fixture = await startFixture('known');
    const { status, body } = await web.ask('/api/processes');
    expect(status).toBe(200);
    const processes = body as ProcessInfo[];
    expect(processes.find(({ pid }) => pid === fixture.pid)).toMatchObject({
      ppid: process.pid,
      comm: 'known',
      threads: 1,
      kernel_thread: false,
      uid: process.getuid?.(),
    });
    const pids = processes.map(({ pid }) => pid);
    expect(pids).toEqual(pids.toSorted((a, b) => a - b));
  }));

describe('GET /api/processes/:pid/map', () => {
  it('is the whole space, with every mapping of the kernel’s file', async () => {
    const fixture = await startFixture('known');
    const { status, body } = await web.ask(`/api/processes/${fixture.pid}/map`);
    expect(status).toBe(200);
    const map = body as MapJson;
    expect(map).toMatchObject({ pid: fixture.pid, comm: 'known', bits: 64, page_size: 4096, torn: false });
    expect(Math.abs(Date.parse(map.taken_at) - Date.now())).toBeLessThan(60_000);
    const mapped = map.regions.filter(({ source }) => source === 'maps').toReversed();
    const reference = referenceRows(readFileSync(`/proc/${fixture.pid}/maps`, 'latin1'));
    expect(mapped.map(({ start, end, perms, type }) => ({ start: BigInt(start), end: BigInt(end), perms: `${perms}${type}` }))).toEqual(
      reference.map(({ start, end, perms }) => ({ start, end, perms })),
    );
    expect(mapped.map(({ name }) => name)).toContain('/memfd:esc\\x1b[31mred (deleted)');
    expect([map.regions[0]?.end, map.regions.at(-1)?.start]).toEqual(['0x10000000000000000', '0x0000000000000000']);
  });

  it('comes whole with 20,000 mappings', async () => {
    const fixture = await startFixture('many', '20000');
    const { body } = await web.ask(`/api/processes/${fixture.pid}/map`);
    expect((body as MapJson).regions.filter(({ source }) => source === 'maps').length).toBeGreaterThanOrEqual(20_000);
  });

  it.each(['0', '01', '-1', '+1', '1e3', '0x1', '%201', '1%20', '1.0', 'self', '1%2f..%2fself', '..%2fself', '%00', '1%00', '%EF%BC%91', '99999999999'])(
    'answers %s by 400',
    async (pid) => expect(await web.ask(`/api/processes/${pid}/map`)).toMatchObject({ status: 400, body: { error: 'bad_pid' } }),
  );

  it.each(['4194304', '4194305', '9999999999'])('answers %s by 404', async (pid) =>
    expect(await web.ask(`/api/processes/${pid}/map`)).toMatchObject({ status: 404, body: { error: 'not_found' } }),
  );

  it('answers 409 for a process without an address space', async () => {
    const fixture = await startFixture('zombie');
    expect(await web.ask(`/api/processes/${fixture.ready[1]}/map`)).toMatchObject({ status: 409, body: { error: 'zombie' } });
    const kernelThread = readdirSync('/proc').find((name) => /^[0-9]+$/.test(name) && isKernelThread(name));
    if (kernelThread === undefined) return;
    expect(await web.ask(`/api/processes/${kernelThread}/map`)).toMatchObject({ status: 409, body: { error: 'kernel_thread' } });
  });
});

function isKernelThread(name: string): boolean {
  try {
    return parseStat(readFileSync(`/proc/${name}/stat`))?.kernelThread === true;
  } catch {
    return false;
  }
}

describe('GET /api/system', () => {
  it('has the versions, and what can be read', async () => {
    const { status, body } = await web.ask('/api/system');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      version: '1.2.3',
      node: process.versions.node,
      page_size: 4096,
      bits: 64,
      uid: process.geteuid?.(),
      lingering: { reader: 0, files: 0 },
    });
    // The source depends on this machine; the note explains it.
    expect(body).toMatchObject({
      kernel_source: expect.stringMatching(/^(lkm|kcore|inferred|none)$/) as string,
      kernel_note: expect.stringMatching(/./) as string,
    });
  });
});

describe('a script', () =>
  it('needs the token', async () => {
    for (const authorization of ['', 'Bearer', 'Bearer x', `Basic ${TOKEN}`, `Bearer ${TOKEN.slice(1)}`])
      expect((await web.request('/api/system', { headers: { authorization } })).status).toBe(401);
  }));

it.skipIf(otherUser === null)('what may not be read is answered by 403, with what to do', async () => {
  const fixture = await startFixture('known');
  const other = await WebClient.start({ prefix: otherUser ?? [] });
  const answer = await other.ask(`/api/processes/${fixture.pid}/map`);
  expect(answer).toMatchObject({ status: 403, body: { error: 'no_permission', message: expect.stringContaining('sudo') as string } });
  await other.stop();
});

it('requests about a process that hangs get 503, and everything else goes on', async () => {
  const proc = new FakeProc();
  proc.write(40, { maps: mapsLine(16, 1) });
  proc.write(41, {});
  proc.block(41, 'maps');
  const hanging = await WebClient.start({ procRoot: proc.root });
  const [held, free, system] = await Promise.all([hanging.ask('/api/processes/41/map'), hanging.ask('/api/processes/40/map'), hanging.ask('/api/system')]);
  expect(held).toMatchObject({ status: 503, body: { error: 'stalled' } });
  expect(free).toMatchObject({ status: 200, body: { pid: 40 } });
  expect(system.status).toBe(200);
  // It is still the same reader.
  expect([hanging.stuck, hanging.readers]).toEqual([[], 1]);
  await hanging.stop();
  proc.dispose();
});

const hasIPv6 = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === '::1'));
it.each(hasIPv6 ? ['127.0.0.1', 'localhost', '::1'] : ['127.0.0.1', 'localhost'])('listens at %s, and is found there', async (host) => {
  const other = await WebClient.start({ host });
  const named = host === '::1' ? '[::1]' : host;
  expect((await fetch(`http://${named}:${other.port}/healthz`)).status).toBe(200);
  if (host === 'localhost') expect((await other.request('/healthz')).status).toBe(200);
  await other.stop();
});
