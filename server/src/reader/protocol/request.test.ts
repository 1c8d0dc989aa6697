import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Op, RequestOf } from './protocol.ts';
import { idOf, parseRequest } from './request.ts';

const id = fc.maxSafeNat();
const pid = fc.integer({ min: 1, max: 4_194_304 });
const etag = fc.option(fc.string({ maxLength: 64 }));
const tcpEnd = fc.record({ address: fc.oneof(fc.ipV4(), fc.ipV6()), port: fc.nat(65_535) });
const startPage = fc.nat(2 ** 31);
/** Valid fields of each request. */
const fields: { readonly [O in Op]: fc.Arbitrary<Omit<RequestOf<O>, 'id' | 'op'>> } = {
  hello: fc.constant({}),
  processes: fc.constant({}),
  system: fc.constant({}),
  kernel: fc.record({ etag }),
  map: fc.record({ pid, etag, threads: fc.maxSafeNat() }, { requiredKeys: ['pid', 'etag'] }),
  memory: fc.record({ pid }),
  threads: fc.record({ pid }),
  program: fc.record({ pid }),
  file: fc.record({ pid, startPage: fc.nat(2 ** 52 - 1) }),
  objects: fc.record({ pid }),
  smaps: fc.record({ pid, startPage, endPage: fc.integer({ min: 2 ** 31 + 1, max: 2 ** 52 }) }),
  pages: fc.record({ pid, startPage: fc.nat(2 ** 52 - 65_536), count: fc.integer({ min: 1, max: 65_536 }) }),
  peer: fc.record({ own: tcpEnd, peer: tcpEnd }),
  leader: fc.record({ pid }),
  avoid: fc
    .array(fc.tuple(pid, fc.integer({ min: 1, max: 99 })), { maxLength: 64 })
    .map((hangs) => ({ pids: hangs.map(([one]) => one), times: hangs.map(([, times]) => times) })),
  forget: fc.record({ pid }),
  next: fc.constant({}),
  cancel: fc.constant({}),
  end: fc.constant({}),
};
const requests = fc.oneof(...Object.entries(fields).map(([op, values]) => fc.tuple(id, values).map(([each, value]) => ({ id: each, op, ...value }))));

it('accepts each request, and drops additional fields', () =>
  fc.assert(
    fc.property(requests, fc.dictionary(fc.string(), fc.jsonValue()), (request, more) => {
      expect(parseRequest({ ...more, ...request })).toEqual(request);
      expect(idOf(request)).toBe(request.id);
    }),
  ));

it('describes the fault of anything else, and never throws', () =>
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(parseRequest(value)).toEqual(expect.any(String));
      expect(Number.isSafeInteger(idOf(value))).toBe(true);
    }),
  ));

it('refuses a request with a value of the wrong kind', () => {
  const bad = {
    id: [undefined, null, '1', -1, 1.5, NaN, 2 ** 53, {}],
    op: [undefined, null, 'read', 'MAP', ['map'], 1],
    pid: [undefined, null, '1', 0, -1, 1.5, NaN, 4_194_305, Infinity, [1]],
    etag: [undefined, 1, {}, [], 'x'.repeat(65)],
    threads: [null, '1', -1, 0.5, {}],
  };
  for (const [key, values] of Object.entries(bad)) {
    for (const value of values) expect(parseRequest({ id: 1, op: 'map', pid: 1, etag: null, [key]: value }), key).toEqual(expect.any(String));
  }
});

it('names every request where it is asked for none', () => {
  const sentence =
    'op must be hello, processes, system, kernel, map, memory, threads, program, file, objects, smaps, pages, peer, leader, avoid, forget, next, cancel or end';
  for (const op of ['read', 'constructor', '__proto__', 'toString', null]) expect(parseRequest({ id: 1, op })).toBe(sentence);
});

it('refuses to leave alone an impossible process, or too many', () => {
  for (const pids of [[0], ['1'], [4_194_305], Array.from({ length: 65 }, (_, i) => i + 1)])
    expect(parseRequest({ id: 1, op: 'avoid', pids, times: pids.map(() => 1) })).toEqual(expect.any(String));
  for (const times of [undefined, [], [0], ['1'], [1, 1]]) expect(parseRequest({ id: 1, op: 'avoid', pids: [7], times })).toEqual(expect.any(String));
});

it('refuses invalid ranges of pages', () => {
  const bad = {
    startPage: [undefined, null, '1', -1, 0.5, 2 ** 52],
    endPage: [undefined, null, '1', 0, 1, 2 ** 52 + 1, NaN],
    count: [undefined, null, '1', 0, 65_537, 1.5],
  };
  for (const startPage of bad.startPage) {
    expect(parseRequest({ id: 1, op: 'smaps', pid: 1, startPage, endPage: 2 ** 52 })).toEqual(expect.any(String));
    expect(parseRequest({ id: 1, op: 'pages', pid: 1, startPage, count: 1 })).toEqual(expect.any(String));
  }
  for (const endPage of bad.endPage) expect(parseRequest({ id: 1, op: 'smaps', pid: 1, startPage: 1, endPage })).toEqual(expect.any(String));
  for (const count of bad.count) expect(parseRequest({ id: 1, op: 'pages', pid: 1, startPage: 1, count })).toEqual(expect.any(String));
});

it('refuses invalid ends of a connection', () => {
  const end = { address: '127.0.0.1', port: 1 };
  const bad = [undefined, null, 'x', {}, { ...end, port: 65_536 }, { ...end, port: '1' }, { ...end, address: '/proc/1' }, { ...end, address: '' }, { port: 1 }];
  for (const value of bad) {
    expect(parseRequest({ id: 1, op: 'peer', own: end, peer: value })).toEqual(expect.any(String));
    expect(parseRequest({ id: 1, op: 'peer', own: value, peer: end })).toEqual(expect.any(String));
  }
});

it('answers a bad request under its own id if it has one', () =>
  expect([idOf({ id: 7 }), idOf({ id: -7 }), idOf({ id: '7' }), idOf({}), idOf(null), idOf('id')]).toEqual([7, 0, 0, 0, 0, 0]));
