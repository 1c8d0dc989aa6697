import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FORMAT_VERSION } from '../formats/frames.ts';
import { MapDecoder } from '../formats/map-payload.ts';
import { PACKING, sourceOf } from '../formats/packing.fixture.ts';
import { openRecording } from '../formats/recording-file.ts';
import { kindsOf } from '../formats/recording-head.ts';
import { linesOf, manyLines, tableOf } from '../table.fixture.ts';
import { Timeline } from './timeline.ts';

/** A file of each version, made when it was new: six mappings, the first of which goes after a second, then a seventh. */
const FOLDER = join(import.meta.dirname, 'recorded');
const LINES = manyLines(7);
const AT = [
  [1000, LINES.slice(0, 6)],
  [2000, LINES.slice(1, 6)],
  [3000, LINES.slice(1)],
] as const;

it('there is a recording of each version', () => {
  const versions = Array.from({ length: FORMAT_VERSION }, (_, i) => `${i + 1}.procmap`);
  expect(readdirSync(FOLDER).toSorted()).toEqual(versions.toSorted());
});

it.each(readdirSync(FOLDER))('%s opens, and has what it had', async (name) => {
  const { head, frames, problem } = await openRecording(sourceOf(readFileSync(join(FOLDER, name))), PACKING);
  expect([problem, head.process.name, head.redacted]).toEqual(['', 'x', false]);
  const timeline = new Timeline(() => frames, new MapDecoder(head.columns, kindsOf(head)));
  for (const [at, lines] of AT) expect(linesOf((await timeline.moment(at))?.table ?? tableOf([]))).toEqual(lines);
  expect((await timeline.looks(0, Infinity)).map(({ mappings }) => mappings)).toEqual([6, 5, 6]);
});
