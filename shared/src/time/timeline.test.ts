import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packFrame } from '../formats/frames.ts';
import { MapDecoder } from '../formats/map-payload.ts';
import { PACKING, sourceOf } from '../formats/packing.fixture.ts';
import { NoRecording, openRecording, type RecordingFile } from '../formats/recording-file.ts';
import { kindsOf } from '../formats/recording-head.ts';
import { isMappingKind, Kind } from '../kind.ts';
import type { MappingTable } from '../region.ts';
import { linesOf, manyLines, tableOf, tablePairs } from '../table.fixture.ts';
import { MapChain } from './chain.ts';
import { decodeEvidence, encodeEvidence } from './evidence-payload.ts';
import { fileOf, framesOf, lookAt, metaAt } from './recorded.fixture.ts';
import { Recorder, type StoredFrame } from './recorder.ts';
import { Timeline } from './timeline.ts';

async function openFile(bytes: Uint8Array): Promise<{ file: RecordingFile; timeline: Timeline }> {
  const file = await openRecording(sourceOf(bytes), PACKING);
  return { file, timeline: new Timeline(() => file.frames, new MapDecoder(file.head.columns, kindsOf(file.head))) };
}

/** Versions that have much or little in common. */
const histories = fc.array(tablePairs, { minLength: 1, maxLength: 6 }).map((pairs) => pairs.flat());

/** A map in which one row after the other changes. */
function changing(count: number): MappingTable[] {
  const lines = manyLines(200);
  return Array.from({ length: count }, (_, i) => tableOf(lines.map((line, row) => (row === i % 200 ? { ...line, perms: 1 } : line))));
}

describe('a recording', () => {
  it('has each map as it was, at its time and until the next', () =>
    fc.assert(
      fc.asyncProperty(histories, fc.boolean(), async (tables, hasIndex) => {
        const { file, timeline } = await openFile(await fileOf(await framesOf(tables), hasIndex));
        expect(file.problem).toBe('');
        for (const [i, table] of tables.entries()) {
          const moment = await timeline.moment(1000 * (i + 1) + 999);
          expect(moment?.meta).toEqual(metaAt(i));
          // Only of mappings does a file tell the kind.
          const lines = linesOf(table).map((line) => ({ ...line, kind: isMappingKind(line.kind) ? line.kind : Kind.anon }));
          expect(linesOf(moment?.table ?? tableOf([]))).toEqual(lines);
        }
        expect(await timeline.moment(999)).toBeNull();
        expect(await timeline.looks(0, Infinity)).toEqual(tables.map((table, i) => lookAt(i, table.length)));
      }),
      { numRuns: 40 },
    ));

  it('is small where little changes, and has whole maps often enough', async () => {
    const tables = changing(400);
    const frames = await framesOf(tables);
    const wholes = frames.filter(({ type }) => type === 'WHOL');
    expect(wholes.length).toBeGreaterThanOrEqual(3);
    expect(wholes.length).toBeLessThan(10);
    const bytes = frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
    expect(bytes / tables.length).toBeLessThan(150);
    const { timeline } = await openFile(await fileOf(frames));
    for (const i of [0, 149, 150, 151, 299, 399])
      expect(linesOf((await timeline.moment(1000 * (i + 1)))?.table ?? tableOf([]))).toEqual(linesOf(tables[i] ?? tableOf([])));
  });

  it('opens up to its last whole frame, wherever it ends', async () => {
    const frames = await framesOf(changing(40));
    const whole = await fileOf(frames, false);
    const bare = whole.length - frames.reduce((sum, { bytes }) => sum + bytes.length, 0);
    for (let end = 0; end < whole.length; end += 7) {
      const opening = openFile(whole.slice(0, end));
      if (end < bare) {
        await expect(opening).rejects.toThrow(NoRecording);
        continue;
      }
      const { file } = await opening;
      let offset = bare;
      const kept = frames.filter(({ bytes }) => (offset += bytes.length) <= end).length;
      expect(file.frames).toHaveLength(kept);
      const isCut = !frames.some((_, i) => end === bare + frames.slice(0, i).reduce((sum, { bytes }) => sum + bytes.length, 0));
      expect(file.problem === '').toBe(!isCut);
    }
  });

  it('says so where a byte is damaged, or is as it was', async () => {
    const tables = changing(20);
    const whole = await fileOf(await framesOf(tables));
    for (let at = 0; at < whole.length; at += 5) {
      const damaged = whole.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      let lines;
      try {
        const { timeline } = await openFile(damaged);
        lines = linesOf((await timeline.moment(20_000))?.table ?? tableOf([]));
      } catch (error) {
        expect(error instanceof RangeError || error instanceof NoRecording).toBe(true);
        continue;
      }
      const known = [tableOf([]), ...tables].map((table) => JSON.stringify(linesOf(table)));
      expect(known).toContain(JSON.stringify(lines));
    }
  });

  it('of a later version opens: unknown frames and columns are skipped', async () => {
    const tables = changing(3);
    const frames = await framesOf(tables);
    const later = { type: 'MARK' as const, at: 1000, until: 1000, bytes: await packFrame('MARK', 1000, 1000, new Uint8Array(5), PACKING) };
    later.bytes.set(new TextEncoder().encode('ZZZZ'));
    const { file, timeline } = await openFile(await fileOf([later, ...frames], false));
    expect(file.frames.map(({ type }) => type)).toContain('ZZZZ');
    expect(linesOf((await timeline.moment(3000))?.table ?? tableOf([]))).toEqual(linesOf(tables[2] ?? tableOf([])));
  });

  it('that somebody wrote by hand cannot put hidden characters into its words', async () => {
    const hostile = 'a\x1b[2J\u202eb\\x1b';
    const frames: StoredFrame[] = [];
    const recorder = new Recorder(PACKING, (frame) => frames.push(frame));
    const meta = metaAt(0);
    recorder.add(new MapChain().next({ ...meta, process: { ...meta.process, comm: hostile } }, tableOf([])));
    const thread = { tid: 1, comm: hostile, stackPage: null };
    recorder.note('EVID', 1000, encodeEvidence({ commandLine: hostile, objects: null, threads: { threads: [thread], guards: [], left: 0, denied: hostile } }));
    await recorder.flush();
    const { timeline } = await openFile(await fileOf(frames));
    const { threads, commandLine } = decodeEvidence((await timeline.last('EVID', 1000)) ?? new Uint8Array());
    const comm = (await timeline.moment(1000))?.meta.process.comm;
    for (const text of [comm, commandLine, threads?.threads[0]?.comm, threads?.denied]) expect(text).toBe(String.raw`a\x1b[2J\u{202e}b\x1b`);
  });
});

it('a recorder tells of a frame that cannot be kept, and keeps none after it', async () => {
  const kept: string[] = [];
  const recorder = new Recorder(PACKING, ({ type }) => {
    kept.push(type);
    if (type === 'EVID') throw new Error('the disk is full');
  });
  recorder.add(new MapChain().next(metaAt(0), tableOf([])));
  recorder.note('EVID', 1000, new Uint8Array(8));
  recorder.note('SUMS', 1000, new Uint8Array(8));
  await expect(recorder.flush()).rejects.toThrow('the disk is full');
  expect(kept).toEqual(['WHOL', 'EVID']);
  expect(() => recorder.look(lookAt(1, 0))).toThrow('the disk is full');
});
