import { ByteReader, ByteWriter } from './bytes.ts';
import { FILE_HEAD_BYTES, FRAME_HEAD_BYTES, isIntact, readFrameHead, storeFrame } from './frames.ts';

/** The bytes of a file. */
export interface Source {
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A frame and where its head is. */
export interface FramePlace {
  readonly offset: number;
  readonly type: string;
  readonly at: number;
  readonly until: number;
}

const ROW_BYTES = 32;
/** The last bytes of a file: the offset of its index. */
const TAIL_BYTES = 8;

/** The frame that a file ends with: where each frame is, so that a reader need not look at all of it. `offset`: its own. */
export function encodeIndex(places: readonly FramePlace[], offset: number): Uint8Array {
  const writer = new ByteWriter(places.length * ROW_BYTES + TAIL_BYTES);
  for (const { offset: at, type, at: from, until } of places) {
    writer.f64(at);
    writer.bytes(new TextEncoder().encode(type));
    writer.u32(0);
    writer.f64(from);
    writer.f64(until);
  }
  writer.f64(offset);
  const [first, last] = [places[0]?.at ?? 0, places.at(-1)?.until ?? 0];
  return storeFrame('INDX', first, Math.max(first, last), writer.done());
}

/** null: the file does not end with an index, or with one that cannot be right. */
export async function readIndex(source: Source): Promise<FramePlace[] | null> {
  if (source.size < FILE_HEAD_BYTES + FRAME_HEAD_BYTES + TAIL_BYTES) return null;
  const offset = new ByteReader(await source.read(source.size - TAIL_BYTES, TAIL_BYTES)).f64();
  const length = source.size - offset - FRAME_HEAD_BYTES;
  if (!Number.isInteger(offset) || offset < FILE_HEAD_BYTES || length < TAIL_BYTES) return null;
  const head = readFrameHead(await source.read(offset, FRAME_HEAD_BYTES));
  if (head.type !== 'INDX' || head.stored !== length || head.inflated !== 0) return null;
  const payload = await source.read(offset + FRAME_HEAD_BYTES, length);
  if (!isIntact(head, payload)) return null;
  const reader = new ByteReader(payload);
  const places: FramePlace[] = [];
  while (reader.left >= ROW_BYTES) {
    const at = reader.f64();
    const type = String.fromCharCode(...reader.bytes(4));
    reader.u32();
    places.push({ offset: at, type, at: reader.f64(), until: reader.f64() });
  }
  return places.every((place) => isBelow(place, offset)) ? places : null;
}

function isBelow({ offset, at, until }: FramePlace, end: number): boolean {
  return Number.isInteger(offset) && offset >= FILE_HEAD_BYTES && offset + FRAME_HEAD_BYTES <= end && at <= until;
}
