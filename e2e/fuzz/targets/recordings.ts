import { apply, diff } from '@procmap/shared/diff.ts';
import { encodeChange, encodeWhole, FILE_COLUMNS, MapDecoder } from '@procmap/shared/formats/map-payload.ts';
import { PACKING, sourceOf } from '@procmap/shared/formats/packing.fixture.ts';
import { NoRecording, openRecording } from '@procmap/shared/formats/recording-file.ts';
import { decodeHead, kindsOf } from '@procmap/shared/formats/recording-head.ts';
import { KINDS } from '@procmap/shared/kind.ts';
import { checkTable, EMPTY_TABLE } from '@procmap/shared/region.ts';
import { manyLines, META, tableOf } from '@procmap/shared/table.fixture.ts';
import { decodeEvidence, encodeEvidence } from '@procmap/shared/time/evidence-payload.ts';
import { decodeKernel } from '@procmap/shared/time/kernel-payload.ts';
import { decodeLooks } from '@procmap/shared/time/looks.ts';
import { fileOf, framesOf, HEAD } from '@procmap/shared/time/recorded.fixture.ts';
import { decodeSums } from '@procmap/shared/time/sums-payload.ts';
import { Timeline } from '@procmap/shared/time/timeline.ts';
import { orRefused, promise, promiseVisible, type Target } from '../target.ts';

const OLD = tableOf(manyLines(9));
const NEW = tableOf(manyLines(12).slice(2));
const THREADS = { threads: [{ tid: 7, comm: 'x', stackPage: 5 }], guards: [{ start: 1, end: 2 }], left: 0, denied: '' };
const JSON_SEEDS = [
  HEAD,
  encodeEvidence({ commandLine: 'x y', threads: THREADS, objects: { bss: [{ start: 3, end: 4 }], isGo: false } }),
  '{"at":[1,2],"mappings":[3,null],"byUse":[{"heap":1},{}]}',
  '{"mem_total_kb":1,"max_map_count":2,"taken_at":3,"smem":{"pss_kb":4}}',
  '{"source":"lkm","note":"","regions":[{"name":"a","kind":"text","start":{"page":1,"byte":0},"end":{"page":2,"byte":0},"perms":5,"source":"lkm"}],"ranges":{"gaps":[1],"pages":[2],"perms":"3","shift":"c"}}',
].map((seed) => Buffer.from(seed));
const decoder = new MapDecoder(
  FILE_COLUMNS,
  Uint8Array.from(KINDS, (_, kind) => kind),
);
/** Of a file, made once. */
const file = framesOf([OLD, NEW, OLD]).then((frames) => fileOf(frames));

function promiseTexts(told: object): void {
  promiseVisible(JSON.stringify(told).replaceAll(/\\[nt]/g, ''), 'a recording');
}

export const RECORDING_TARGETS: readonly Target[] = [
  {
    name: 'maps of a recording',
    seeds: () => [encodeWhole(META, OLD), encodeChange(META, diff(OLD, NEW)), encodeChange(META, diff(NEW, EMPTY_TABLE))].map((seed) => Buffer.from(seed)),
    words: ['"takenAt":', '"comm":', '\0\0\0\0', '\xff\xff\xff\xff'],
    run: (input) => {
      const whole = orRefused(() => decoder.whole(input), RangeError);
      if (whole !== null) checkTable(whole.table);
      for (const { meta, delta } of orRefused(() => decoder.changes(input), RangeError) ?? []) {
        promiseVisible(meta.process.comm, 'a name');
        const table = orRefused(() => apply(OLD, delta), RangeError);
        if (table !== null) checkTable(table);
      }
    },
  },
  {
    name: 'words of a recording',
    seeds: () => JSON_SEEDS,
    words: ['"columns":', '"threads":', 'null', '[]', '{}', '1e999', '-1', '"\\u202e"', '"__proto__":{}', '"u32"'],
    run: (input) => {
      for (const decode of [decodeHead, decodeEvidence, decodeLooks, decodeSums, decodeKernel]) {
        const told = orRefused((): object | null => decode(input), RangeError);
        if (told !== null) promiseTexts(told);
      }
    },
  },
  {
    name: 'recordings',
    seeds: () => [Buffer.from('\x89pmap\r\n\x1a\x01\0\0\0\0\0\0\0', 'latin1')],
    words: ['HEAD', 'WHOL', 'DIFF', 'LOOK', 'INDX', '\0\0\0\0'],
    // The input overwrites a part of a whole file.
    run: async (input) => {
      const bytes = (await file).slice();
      const at = ((input[0] ?? 0) * 256 + (input[1] ?? 0)) % bytes.length;
      bytes.set(input.subarray(2, 2 + bytes.length - at), at);
      try {
        const { head, frames } = await openRecording(sourceOf(bytes), PACKING);
        promiseTexts(head);
        const timeline = new Timeline(() => frames, new MapDecoder(head.columns, kindsOf(head)));
        for (const time of [999, 1000, 2500, 1e15]) {
          const moment = await timeline.moment(time);
          if (moment !== null) checkTable(moment.table);
        }
        promise(
          (await timeline.looks(0, Infinity)).every((look) => Number.isFinite(look.at)),
          'a look has a time',
        );
      } catch (error) {
        if (!(error instanceof NoRecording || error instanceof RangeError)) throw error;
      }
    },
  },
];
