import { decodeFrame, encodeDelta, encodeSnapshot } from '@procmap/shared/codec.ts';
import { apply, diff } from '@procmap/shared/diff.ts';
import { parseClientMessage, parseServerMessage } from '@procmap/shared/messages.ts';
import { checkTable, EMPTY_TABLE } from '@procmap/shared/region.ts';
import { manyLines, META, tableOf } from '@procmap/shared/table.fixture.ts';
import { OPS } from '../../../server/src/reader/protocol/ops.ts';
import { MAX_REQUEST_BYTES } from '../../../server/src/reader/protocol/protocol.ts';
import { idOf, parseRequest } from '../../../server/src/reader/protocol/request.ts';
import { encodeMessage, MessageReader } from '../../../server/src/reader/protocol/wire.ts';
import { SmapsText } from '../../../web/src/net/smaps-text.ts';
import { orRefused, promise, type Target } from '../target.ts';

const OLD = tableOf(manyLines(9));
const NEW = tableOf(manyLines(12).slice(2));
const CLIENT = [
  { type: 'hello', protocol: 3, key: 'k' },
  { type: 'watch', pid: 7 },
  { type: 'rate', hz: 1 },
  { type: 'uses', on: true },
].map((message) => JSON.stringify(message));
const SERVER = [
  { type: 'welcome', protocol: 3, version: '1', hidden: '', host: 'x', defaultRateHz: 1 },
  { type: 'state', pid: 1, state: 'exited', message: 'x' },
  { type: 'progress', pid: 1, bytes: 5 },
  { type: 'tick', pid: 1, sequence: 1, takenAt: 1, readMs: 1, bytes: 1, reads: 1 },
  { type: 'rate', pid: 1, askedHz: 1, actualHz: 1, corePercent: 1, message: '' },
  {
    type: 'memory',
    pid: 1,
    memory: {
      vsz_kb: 1,
      rss_kb: 1,
      mem_percent: 1,
      hugetlb_kb: 1,
      smem: null,
      smem_from: null,
      smem_error: null,
      mem_total_kb: 1,
      max_map_count: 1,
      taken_at: 1,
      read_ms: 1,
    },
    message: '',
  },
  { type: 'threads', pid: 1, tids: [1, 2], comms: ['a', 'b'], pages: [5, null], guards: [5, 6], left: 0, denied: '' },
  { type: 'objects', pid: 1, bss: [5, 6], go: false },
  { type: 'kernel', half: { source: 'lkm', note: '', regions: [], ranges: { gaps: [1, 2], pages: [1, 1], perms: [1, 3], shift: [12, 21] } } },
].map((message) => JSON.stringify(message));
const SMAPS =
  '{"pid":1,"comm":"x","taken_at":"2026-01-01T00:00:00.000Z","columns":["start","end","rss_kb","vm_flags"],"rows":[\n["0x1000","0x2000",4,"rd"],\n["0x2000","0x3000",4,"rd"]\n],"torn":false,"cost":{"ms":1,"bytes":1,"reads":1}}\n';
const KEYS = ['"type":', '"pid":', '"op":', '"id":', 'null', '{}', '[]', '1e999', '-0', '"__proto__":{}', '"constructor":'];

/** Messages of a stream that is split anywhere; null: not this protocol. */
function messages(chunks: readonly Buffer[]): unknown[] | null {
  const reader = new MessageReader(MAX_REQUEST_BYTES);
  return orRefused(() => chunks.flatMap((chunk) => reader.push(chunk)).map(({ head, body }) => [head, body.length]), RangeError);
}

export const WIRE: readonly Target[] = [
  {
    name: 'frames',
    seeds: () =>
      [encodeSnapshot(1, META, OLD), encodeSnapshot(1, META, EMPTY_TABLE), encodeDelta(2, 1, META, diff(OLD, NEW))].map((frame) => Buffer.from(frame)),
    words: [],
    run: (input) => {
      // In its own aligned buffer, as from a stream.
      const frame = orRefused(() => decodeFrame(new Uint8Array(input)), RangeError);
      const table = frame?.type === 'delta' ? orRefused(() => apply(OLD, frame.delta), RangeError) : (frame?.table ?? null);
      if (table === null) return;
      checkTable(table);
      const { ends } = table.names;
      for (let i = 1; i < ends.length; i++) promise((ends[i - 1] ?? 0) <= (ends[i] ?? 0), 'names stand one behind the other');
    },
  },
  {
    name: 'reader stream',
    seeds: () => [
      Buffer.concat(encodeMessage({ id: 1, op: 'map', pid: 7, etag: null })),
      Buffer.concat([
        ...encodeMessage({ id: 2, op: 'smaps', pid: 1, startPage: 0, endPage: 9 }),
        ...encodeMessage({ id: 3, op: 'peer', own: { address: '::1', port: 1 }, peer: { address: '::1', port: 2 } }),
      ]),
    ],
    words: [...KEYS, ...Object.keys(OPS).map((op) => `"${op}"`), '"count":', '"etag":'],
    run: (input) => {
      const half = Math.floor(input.length / 2);
      const whole = messages([Buffer.from(input)]);
      promise(
        JSON.stringify(whole) === JSON.stringify(messages([Buffer.from(input.subarray(0, half)), Buffer.from(input.subarray(half))])),
        'messages in pieces are those in one',
      );
      for (const message of whole ?? []) {
        const [head] = message as [unknown];
        const request = parseRequest(head);
        promise(typeof request === 'string' ? request.length > 0 : request.id === idOf(head), 'a request has the id that its answer has');
      }
    },
  },
  {
    name: 'client messages',
    seeds: () => CLIENT.map((text) => Buffer.from(text)),
    words: [...KEYS, '"hello"', '"watch"', '"rate"', '"resync"', '"unwatch"'],
    run: (input) => {
      const message = parseClientMessage(input.toString('utf8'));
      if (message !== null) promise(JSON.stringify(parseClientMessage(JSON.stringify(message))) === JSON.stringify(message), 'a message is taken as it is');
    },
  },
  {
    name: 'server messages',
    seeds: () => SERVER.map((text) => Buffer.from(text)),
    words: [...KEYS, '"welcome"', '"state"', '"memory"', '"kernel"', '"processes"', '"threads"', '"objects"'],
    run: (input) => {
      parseServerMessage(input.toString('utf8'));
    },
  },
  {
    name: 'smaps answer',
    seeds: () => [Buffer.from(SMAPS)],
    words: [...KEYS, '],\n[', '"rows":[', '"columns":[', 'NaN'],
    run: (input) => {
      const answer = new SmapsText();
      orRefused(
        () => {
          answer.push(input.toString('utf8'));
          answer.finish();
        },
        RangeError,
        SyntaxError,
        TypeError,
      );
    },
  },
];
