import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClientMessage, parseClientMessage, parseServerMessage, type ServerMessage } from './messages.ts';
import { MAX_RATE_HZ, MIN_RATE_HZ } from './rate.ts';
import { WATCH_STATES } from './watch-states.ts';

const CLIENT: ClientMessage[] = [
  { type: 'hello', protocol: 1, key: 'k'.repeat(128) },
  { type: 'watch', pid: 1, rateHz: 1 },
  { type: 'rate', rateHz: 0.5 },
  { type: 'pause' },
  { type: 'resume' },
  { type: 'unwatch' },
  { type: 'processes', on: true },
  { type: 'memory', on: true },
  { type: 'memory', on: false },
  { type: 'uses', on: true },
  { type: 'objects' },
  { type: 'resync' },
  { type: 'look' },
];

const PROCESS = {
  pid: 7,
  ppid: 1,
  comm: 'a\\x1b',
  program: 'a\\x1b',
  what: '',
  cmdline: '',
  cmdline_omitted: 0,
  uid: 0,
  user: 'root',
  state: 'S',
  threads: 1,
  vsize_kb: 4,
  rss_kb: 0,
  start_time: 9,
  kernel_thread: false,
  readable: true,
  own: false,
  answering: true,
};
const MEMORY = {
  vsz_kb: 2 ** 47,
  rss_kb: 40,
  mem_percent: 99.9,
  hugetlb_kb: 0,
  smem: { swap_kb: 0, uss_kb: 20, pss_kb: 30, rss_kb: 40 },
  smem_from: 'smaps_rollup' as const,
  smem_error: null,
  mem_total_kb: 40_000,
  max_map_count: 65_530,
  taken_at: 1e12,
  read_ms: 0.25,
};
const SERVER: ServerMessage[] = [
  { type: 'welcome', protocol: 2, version: '0.1.0', hidden: '', host: 'box', defaultRateHz: 1 },
  { type: 'processes', processes: [] },
  { type: 'processes', processes: [PROCESS, { ...PROCESS, pid: 8 }] },
  ...WATCH_STATES.map((state) => ({ type: 'state' as const, pid: 7, state, message: '' })),
  { type: 'tick', pid: 7, sequence: 3, takenAt: 1e12, readMs: 0.1, bytes: 0, reads: 2 },
  { type: 'rate', pid: 7, askedHz: 10, actualHz: 4.5, corePercent: 20, message: '' },
  { type: 'memory', pid: 7, memory: MEMORY, message: '' },
  { type: 'memory', pid: 7, memory: { ...MEMORY, smem: null, smem_from: null, smem_error: { error: 'no_permission', message: 'x' } }, message: '' },
  { type: 'memory', pid: 7, memory: { ...MEMORY, vsz_kb: null, rss_kb: null, mem_percent: null, hugetlb_kb: null, smem_from: 'smaps' }, message: '' },
  { type: 'memory', pid: 7, memory: null, message: 'no permission' },
  { type: 'threads', pid: 7, tids: [7, 8], comms: ['main', 'a\\x1b'], pages: [2 ** 35, null], guards: [1, 2, 5, 6], left: 3, denied: '' },
  { type: 'objects', pid: 7, bss: [1, 2], go: false },
  { type: 'error', error: 'rate_limited', message: 'slower' },
];

/** Values of all types; each key of a message accepts at most one type. */
const OTHERS = [null, 'text', 1, true, [], {}];

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}

describe.each<[string, (text: string) => object | null, readonly object[]]>([
  ['a message of the page', parseClientMessage, CLIENT],
  ['a message of the daemon', parseServerMessage, SERVER],
])('%s', (_, parse, messages) => {
  it.each(messages)('is taken as it is: %j', (message) => expect(parse(JSON.stringify(message))).toEqual(message));

  it.each(messages)('is refused with a key missing or of another type: %j', (message) => {
    for (const [key, value] of Object.entries(message) as [string, unknown][]) {
      const rest = Object.fromEntries(Object.entries(message).filter(([other]) => other !== key));
      expect(parse(JSON.stringify(rest)), key).toBeNull();
      for (const other of OTHERS)
        if (typeOf(other) !== typeOf(value) || key === 'type') expect(parse(JSON.stringify({ ...message, [key]: other })), key).toBeNull();
    }
  });

  it('is null for any other text, JSON or not, and never an exception', () => {
    for (const text of ['', '{', 'null', '[]', '"pause"', '{"type":"paus"}', '{"type":["pause"]}', '\u0000', '['.repeat(4096)])
      expect(parse(text), text).toBeNull();
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify({ type: 'watch', pid: value, rateHz: null })),
        ),
        (text) => {
          expect(parse(text)).toBeNull();
        },
      ),
    );
  });
});

describe('the page', () => {
  it('gets nothing by a key that is not in its message', () => {
    const keys = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'pid', 'key'));
    fc.assert(
      fc.property(fc.constantFrom(...CLIENT), keys, fc.jsonValue(), (message, key, value) => {
        fc.pre(!Object.hasOwn(message, key));
        const text = `${JSON.stringify(message).slice(0, -1)},${JSON.stringify(key)}:${JSON.stringify(value)}}`;
        expect(parseClientMessage(text)).toBeNull();
      }),
    );
  });

  it('asks for a rate within the limits only', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.double({ min: -20, max: 20, noNaN: true }), fc.constantFrom(0, MIN_RATE_HZ - 1e-9, MIN_RATE_HZ, MAX_RATE_HZ, MAX_RATE_HZ + 1e-9, 1e300)),
        (rateHz) => {
          const allowed = rateHz >= MIN_RATE_HZ && rateHz <= MAX_RATE_HZ;
          expect(parseClientMessage(JSON.stringify({ type: 'rate', rateHz })) !== null).toBe(allowed);
          expect(parseClientMessage(JSON.stringify({ type: 'watch', pid: 1, rateHz })) !== null).toBe(allowed);
        },
      ),
    );
    expect(parseClientMessage('{"type":"rate","rateHz":1e999}')).toBeNull();
  });

  it.each(['0', '-1', '1.5', '4294967296', '1e999', '"1"', 'null', '[1]'])('watches no process %s', (pid) =>
    expect(parseClientMessage(`{"type":"watch","pid":${pid},"rateHz":1}`)).toBeNull(),
  );

  it('has a key of 128 characters at most', () => expect(parseClientMessage(JSON.stringify({ type: 'hello', protocol: 1, key: 'k'.repeat(129) }))).toBeNull());
});

it('an older page ignores additions of a newer daemon', () => {
  for (const message of SERVER) expect(parseServerMessage(JSON.stringify({ ...message, later: 1 }))).toEqual(message);
});

describe('memory figures', () => {
  const said = (memory: unknown): ServerMessage | null => parseServerMessage(JSON.stringify({ type: 'memory', pid: 7, memory, message: '' }));

  /** Always present when the message is about a process. */
  const ALWAYS = ['mem_total_kb', 'max_map_count', 'taken_at', 'read_ms'];

  it('are numbers, or null', () => {
    for (const figures of [MEMORY, MEMORY.smem]) {
      for (const [key, value] of Object.entries(figures)) {
        const others = [...OTHERS, undefined].filter((other) => typeOf(other) !== typeOf(value) && !(other === null && !ALWAYS.includes(key)));
        for (const other of others) {
          const changed = { ...figures, [key]: other };
          expect(said(figures === MEMORY ? changed : { ...MEMORY, smem: changed }), `${key}: ${JSON.stringify(other)}`).toBeNull();
        }
      }
    }
  });
});
