import { readFileSync } from 'node:fs';
import { tile } from '@procmap/shared/intervals.ts';
import { regionsCsv } from '@procmap/shared/output/csv.ts';
import { decodeFrame, encodeSnapshot } from '@procmap/shared/codec.ts';
import { escapeBytes, escapeMapsName } from '@procmap/shared/text/escape.ts';
import { checkTable } from '@procmap/shared/region.ts';
import { LAYOUT_64, META } from '@procmap/shared/table.fixture.ts';
import { vmFlags } from '@procmap/shared/figures/vm-flags.ts';
import { parse } from 'csv-parse/sync';
import { NOT_TOLD } from '../../../server/test/maps-reference.ts';
import { parseMaps, SLACK_BYTES } from '../../../server/src/reader/procfs/maps/parse-maps.ts';
import { ENTRY_BYTES, pageStates } from '../../../server/src/reader/procfs/memory/pagemap.ts';
import { parseRollup } from '../../../server/src/reader/procfs/memory/rollup.ts';
import { SmapsScanner } from '../../../server/src/reader/procfs/memory/smaps-scanner.ts';
import { parseStat } from '../../../server/src/reader/procfs/process/stat.ts';
import { parseStatus } from '../../../server/src/reader/procfs/process/status.ts';
import { endsOf, uidOfRow } from '../../../server/src/reader/procfs/tcp-peer.ts';
import { parsePasswd } from '../../../server/src/reader/procfs/process/users.ts';
import { orRefused, promise, promiseVisible, type Target } from '../target.ts';

const MAX_SEED_BYTES = 4096;

/** The beginning of a file of this machine, in whole lines. */
function file(path: string): Buffer {
  const bytes = readFileSync(path).subarray(0, MAX_SEED_BYTES);
  const end = bytes.lastIndexOf(0x0a);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end + 1));
}

const HOSTILE_MAPS = [
  '00400000-00401000 r-xp 00000000 08:01 123                                /a (deleted)\n',
  '7f0000000000-7f0000001000 rwxs 00000000 00:01 18446744073709551615       /memfd:[heap] (deleted)\n',
  '7fff00000000-7fff00021000 rw-p 00000000 00:00 0                          [stack]\n',
  'ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n',
].join('');

/** Splits the input at places that depend on its bytes, since reads of kernel files may end anywhere. */
function* pieces(input: Buffer): Generator<Buffer> {
  for (let at = 0; at < input.length;) {
    const size = 1 + (((input[at] ?? 0) * 7) % 97);
    yield Buffer.from(input.subarray(at, at + size));
    at += size;
  }
}

/** Rows and flag lines of smaps; null: not a text of smaps. */
function figures(chunks: Iterable<Buffer>): string | null {
  const scanner = new SmapsScanner();
  return orRefused(() => {
    for (const chunk of chunks) scanner.push(chunk);
    scanner.finish();
    const { cells, flagSets } = scanner.take();
    for (const line of flagSets) for (const { words } of vmFlags(line)) promiseVisible(words, 'a flag');
    return JSON.stringify([Array.from(cells), flagSets, scanner.torn]);
  }, RangeError);
}

export const KERNEL_TEXT: readonly Target[] = [
  {
    name: 'maps',
    seeds: () => [file('/proc/self/maps'), Buffer.from(HOSTILE_MAPS)],
    words: ['rwxp', '---s', '00:00', '[heap]', '[stack]', '[vdso]', '[anon:', '/memfd:', '//anon', '-', '7fffffffffff', 'fffffffffffff000'],
    run: (input) => {
      const parsed = parseMaps(Buffer.concat([input, Buffer.alloc(SLACK_BYTES, '7')]), input.length, NOT_TOLD);
      if ('malformedAt' in parsed) {
        promise(parsed.malformedAt >= 0 && parsed.malformedAt < input.length, 'the place of what is malformed lies in the text');
        return;
      }
      checkTable(parsed.table);
      const frame = decodeFrame(encodeSnapshot(1, META, parsed.table));
      promise(frame.type === 'snapshot' && frame.table.length === parsed.table.length, 'a frame holds each row');
      const intervals = tile(parsed.table, LAYOUT_64);
      for (let i = 0; i < intervals.length; i++) promise((intervals.bounds[i] ?? 0) < (intervals.bounds[i + 1] ?? 0), 'bounds ascend');
      promise(intervals.bounds[0] === 0 && intervals.bounds[intervals.length] === LAYOUT_64.end, 'the whole space is tiled');
      const csv = [...regionsCsv(intervals, 'maps')].join('');
      for (const row of parse(csv)) {
        promise(row.length === 16, 'a row of CSV has 16 cells');
        promise(!/^[\s]*[=+\-@|%\t\r＝＋－＠]/u.test(row[0] ?? ''), 'no cell is a formula');
        promiseVisible(row[0] ?? '', 'a name in CSV');
      }
    },
  },
  {
    name: 'smaps',
    seeds: () => [file('/proc/self/smaps')],
    words: ['Rss:', 'VmFlags: rd wr mr mw me', ' kB\n', '7fffffffffff-', 'Pss_Anon:'],
    run: (input) => promise(figures([input]) === figures(pieces(input)), 'smaps in pieces are those in one'),
  },
  {
    name: 'stat',
    seeds: () => [file('/proc/self/stat'), Buffer.from('1 (a) R 1\n) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 5 1 1\n')],
    words: [') R 1 ', '(', ')', '4194304', '2097152'],
    run: (input) => {
      const stat = parseStat(input);
      if (stat !== null) promiseVisible(stat.comm, 'comm');
    },
  },
  {
    name: 'status',
    seeds: () => [file('/proc/self/status')],
    words: ['\nUid:\t', '\nTgid:\t', '\nVmSize:\t', '\nVmRSS:\t'],
    run: (input) => {
      for (const value of Object.values(parseStatus(input)) as (number | null)[])
        promise(value === null || value >= 0, 'a figure of status is a number from 0');
      parseRollup(input.toString('latin1'));
    },
  },
  {
    name: 'rollup',
    seeds: () => [file('/proc/self/smaps_rollup')],
    words: ['\nRss:', '\nPss:', '\nSwap:', '\nPrivate_Hugetlb:', ' kB\n'],
    run: (input) => {
      const sums = parseRollup(input.toString('latin1'));
      if (sums !== null)
        for (const value of [...Object.values<number | null>({ ...sums.smem }), sums.hugetlbKb])
          promise(value === null || value >= 0, 'a sum is a number from 0');
    },
  },
  {
    name: 'names',
    seeds: () => [
      Buffer.from('/usr/lib/x'),
      Buffer.from('\u202e\u200b\x1b]52;c;x\x07\ud83d\ude00é\\'),
      Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0x80]),
    ],
    words: ['\u0301', '\u{e0001}', '\u{10ffff}', '\\x1b', '\\u{'],
    run: (input) => {
      promiseVisible(escapeBytes(input), 'escapeBytes()');
      promiseVisible(escapeMapsName(input), 'escapeMapsName()');
    },
  },
  {
    name: 'other text',
    seeds: () => [file('/etc/passwd'), file('/proc/self/net/tcp')],
    words: [':', '0100007F:21C2', '01 00000000:00000000'],
    run: (input) => {
      const text = input.toString('latin1');
      for (const name of parsePasswd(text).values()) promiseVisible(name, 'a user');
      for (const line of text.split('\n')) {
        promise(line.includes(endsOf(line)), 'the ends of a connection are of its line');
        const uid = uidOfRow(line);
        promise(uid === null || (Number.isSafeInteger(uid) && uid >= 0), 'a uid is a number from 0');
      }
    },
  },
  {
    name: 'pagemap',
    seeds: () => [Buffer.alloc(64, 0x81)],
    words: [],
    run: (input) => {
      const count = (input[0] ?? 0) * 8;
      promise(pageStates(input.subarray(0, input.length - (input.length % ENTRY_BYTES)), count, true).states.length === count, 'a state for each page');
    },
  },
];
