import { readFileSync } from 'node:fs';
import type { MappingTable } from '@procmap/shared/region.ts';
import { escapeText } from '@procmap/shared/text/escape.ts';
import type { UseEvidence } from '@procmap/shared/use/evidence.ts';
import { identify } from '@procmap/shared/use/rules/identify.ts';
import type { UseFacts } from '@procmap/shared/use/uses.ts';
import { NOT_TOLD } from '../../../server/test/maps-reference.ts';
import { parseMaps, SLACK_BYTES } from '../../../server/src/reader/procfs/maps/parse-maps.ts';
import { parseStackPointer } from '../../../server/src/reader/threads/stack-pointer.ts';
import { promise, promiseVisible, type Target } from '../target.ts';

/** More rows than this say no more. */
const MAX_ROWS = 200;
const RUNTIMES = [
  '00400000-00401000 r-xp 00000000 08:01 1 /usr/bin/node\n',
  '600000000000-640000002000 rw-p 00000000 00:00 0 \n',
  '7b0000000000-7b0004000000 rw-p 00000000 00:00 0 \n7b0004000000-7b0008000000 ---p 00000000 00:00 0 \n',
  '7f0000000000-7f0000001000 ---p 00000000 00:00 0 \n7f0000001000-7f0000801000 rw-p 00000000 00:00 0 [anon: glibc: pthread stack: 7]\n',
  '7f0010000000-7f0010100000 rwxp 00000000 00:00 0 \n7f0010100000-7f001f000000 ---p 00000000 00:00 0 \n',
  '7f0020000000-7f0020001000 r-xp 00000000 08:01 2 /usr/lib/libjvm.so\n7f0020001000-7f0020002000 rw-p 00000000 00:00 0 \n',
  '7f0030000000-7f0030100000 rw-s 00000000 00:01 3 /dev/zero (deleted)\n',
  '7f0040000000-7f0040001000 r-xp 00000000 08:01 4 /usr/lib/libtsan.so.2\n',
].join('');

/** Evidence of any kind that fits the map, chosen by the bytes of the input. */
function evidenceOf(table: MappingTable, input: Buffer): UseEvidence {
  let at = 0;
  const next = (below: number): number => ((input[at++ % input.length] ?? 0) * 256 + (input[at++ % input.length] ?? 0) + at * 31) % below;
  const within = (row: number): number => (table.start[row] ?? 0) + next((table.end[row] ?? 0) - (table.start[row] ?? 0));
  const some = Array.from({ length: table.length }, (_, row) => row).filter(() => next(3) === 0);
  const ranges = some.map((row) => ({ start: table.start[row] ?? 0, end: (table.start[row] ?? 0) + 1 }));
  return {
    flags: next(4) === 0 ? null : Uint32Array.from({ length: table.length }, () => (next(8) === 0 ? 2 ** 31 : next(2 ** 15))),
    threads: {
      threads: some.map((row, i) => ({ tid: i + 1, comm: escapeText(input.toString('latin1', 0, 15)), stackPage: next(4) === 0 ? null : within(row) })),
      guards: next(2) === 0 ? [] : ranges,
      left: next(2),
      denied: '',
    },
    objects: next(2) === 0 ? null : { bss: ranges, isGo: next(2) === 0 },
    commandLine: escapeText(input.toString('latin1', 0, 200)),
  };
}

function checkFacts({ use, certainty, of, evidence }: UseFacts): void {
  promise((use === null) === (certainty === null), 'a use has a certainty');
  promise((use === null) === (evidence === ''), 'a use has its evidence, and nothing else has any');
  promiseVisible(of, 'whose memory is');
  promiseVisible(evidence, 'evidence');
}

export const USES_TARGETS: readonly Target[] = [
  {
    name: 'uses',
    seeds: () => [Buffer.from(RUNTIMES), readFileSync('/proc/self/maps').subarray(0, 4096)],
    words: [
      '---p',
      'rw-p',
      'rwxp',
      '[anon:',
      '/memfd:',
      'libc.so.6',
      'libjvm.so',
      ' -Xmx1g',
      '.jsa',
      'chromium',
      'php',
      'postgres',
      'qemu-system-',
      '7f0000000000-',
    ],
    run: (input) => {
      const text = Buffer.from(`${input.toString('latin1').split('\n').slice(0, MAX_ROWS).join('\n')}\n`, 'latin1');
      const parsed = parseMaps(Buffer.concat([text, Buffer.alloc(SLACK_BYTES, '7')]), text.length, NOT_TOLD);
      if ('malformedAt' in parsed) return;
      const { table } = parsed;
      const uses = identify(table, evidenceOf(table, text));
      for (let row = 0; row < table.length; row++) {
        const facts = uses.facts(row);
        checkFacts(facts);
        promise(uses.of(row) === facts.of, 'whose memory is, is told the same twice');
        let page = table.start[row] ?? 0;
        for (const part of uses.parts(row)) {
          promise(part.start === page && part.end > part.start, 'parts stand one behind the other');
          page = part.end;
          checkFacts(uses.partFacts(part, row));
        }
        promise(uses.parts(row).length === 0 || page === table.end[row], 'parts are the whole mapping');
      }
    },
  },
  {
    name: 'stack pointer',
    seeds: () =>
      ['running\n', '-1 0x7ffc0000a000 0x7f0000001000\n', '202 0x1 0x0 0x0 0x0 0x0 0x0 0x7f12deadbeef 0x7f1200000000\n'].map((text) => Buffer.from(text)),
    words: ['running', ' 0x', '-1 ', 'ffffffffffffffff', '0x0'],
    run: (input) => {
      const pointer = parseStackPointer(input.toString('latin1'));
      promise(pointer === null || pointer === 'running' || (Number.isSafeInteger(pointer) && pointer > 0 && pointer < 2 ** 52), 'a stack pointer is in a page');
    },
  },
];
