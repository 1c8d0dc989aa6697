import { PACKING } from '../formats/packing.fixture.ts';
import { beginRecording } from '../formats/recording-file.ts';
import { encodeHead } from '../formats/recording-head.ts';
import { encodeIndex, type FramePlace } from '../formats/recording-index.ts';
import type { MapMeta } from '../frame.ts';
import type { MappingTable } from '../region.ts';
import { META } from '../table.fixture.ts';
import type { Look } from './looks.ts';
import { MapChain } from './chain.ts';
import { Recorder, type StoredFrame } from './recorder.ts';

export const HEAD = encodeHead({
  made_at: '2026-12-01T00:00:00Z',
  made_by: 'procmap test',
  redacted: false,
  process: { pid: 7, start_time: 1, name: 'x', cmdline: 'x y', user: 'ada' },
  system: { host: 'host', kernel_release: '6.12', arch: 'x86_64' },
});

/** One map after the other, the first at 1000 ms, one every second. */
export function metaAt(i: number): MapMeta {
  return { ...META, takenAt: 1000 * (i + 1) };
}

export function lookAt(i: number, mappings: number): Look {
  return {
    at: 1000 * (i + 1),
    readMs: 1.5,
    torn: 0,
    mappings,
    mappedPages: 7,
    rssKb: null,
    pssKb: null,
    swapKb: 0,
    figuresAt: null,
    byUse: mappings > 0 ? { heap: 3, '': 4 } : {},
  };
}

/** The frames of these maps, as a Recorder makes them. */
export async function framesOf(tables: readonly MappingTable[]): Promise<StoredFrame[]> {
  const frames: StoredFrame[] = [];
  const recorder = new Recorder(PACKING, (frame) => frames.push(frame));
  const chain = new MapChain();
  for (const [i, table] of tables.entries()) {
    recorder.add(chain.next(metaAt(i), table));
    recorder.look(lookAt(i, table.length));
  }
  await recorder.flush();
  return frames;
}

/** A file of them. */
export async function fileOf(frames: readonly StoredFrame[], hasIndex = true): Promise<Uint8Array> {
  const parts = await beginRecording(HEAD, 1000, PACKING);
  let offset = parts.reduce((sum, { length }) => sum + length, 0);
  const places: FramePlace[] = [{ offset: 16, type: 'HEAD', at: 1000, until: 1000 }];
  for (const { type, at, until, bytes } of frames) {
    places.push({ offset, type, at, until });
    parts.push(bytes);
    offset += bytes.length;
  }
  if (hasIndex) parts.push(encodeIndex(places, offset));
  return new Uint8Array(parts.flatMap((part) => [...part]));
}
