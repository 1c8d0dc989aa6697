import { FILE_HEAD_BYTES, fileHead, FORMAT_VERSION, FRAME_HEAD_BYTES, packFrame, type Packing, readFileHead, readFrameHead, unpackPayload } from './frames.ts';
import { type FramePlace, readIndex, type Source } from './recording-index.ts';
import { decodeHead, type RecordingHead } from './recording-head.ts';

/** A frame of a file. */
interface FileFrame extends FramePlace {
  /** Inflated. Rejects with a RangeError if it is damaged. */
  payload(): Promise<Uint8Array>;
}

/** A recording that was opened: its head, and its frames without their payloads. */
export interface RecordingFile {
  readonly head: RecordingHead;
  readonly frames: readonly FileFrame[];
  /** What is wrong and where, and that all before it can be read; '' if the file is whole. */
  readonly problem: string;
}

/** Not to be opened, and why: a sentence for people. */
export class NoRecording extends Error {}

/** More in one frame is not ours: a million mappings take 60 MB. */
const MAX_PAYLOAD = 256 * 1024 * 1024;

/** Opens a recording. Rejects with NoRecording if it is none, or if its first frame cannot be read. */
export async function openRecording(source: Source, packing: Packing): Promise<RecordingFile> {
  const version = readFileHead(await source.read(0, Math.min(source.size, FILE_HEAD_BYTES)));
  if (version === null) throw new NoRecording('this is no recording of procmap’s: it begins otherwise');
  if (version > FORMAT_VERSION) throw new NoRecording(`this recording has format ${version}; this procmap reads up to ${FORMAT_VERSION}: use a newer one`);
  const { places, problem } = await placesIn(source);
  const frames = places.map((place): FileFrame => ({ ...place, payload: () => readPayload(source, place, packing) }));
  const [first, ...others] = frames;
  if (first?.type !== 'HEAD') throw new NoRecording(`this recording has no description${problem === '' ? '' : `: ${problem}`}`);
  return { head: await headOf(first), frames: others.filter(({ type }) => type !== 'INDX'), problem };
}

async function headOf(first: FileFrame): Promise<RecordingHead> {
  try {
    return decodeHead(await first.payload());
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new NoRecording(`the description of this recording cannot be read: ${error.message}`, { cause: error });
  }
}

async function readPayload(source: Source, { offset, type }: FramePlace, packing: Packing): Promise<Uint8Array> {
  try {
    const head = readFrameHead(await source.read(offset, FRAME_HEAD_BYTES));
    const at = offset + FRAME_HEAD_BYTES;
    if (head.type !== type || head.inflated > MAX_PAYLOAD || head.stored > source.size - at) throw new RangeError('it is not what the index says');
    return await unpackPayload(head, await source.read(at, head.stored), packing);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`the frame at byte ${offset} is damaged: ${error.message}`, { cause: error });
  }
}

/** Where all frames are: by the index, else by their heads, one after the other. */
async function placesIn(source: Source): Promise<{ readonly places: readonly FramePlace[]; readonly problem: string }> {
  const indexed = await readIndex(source);
  if (indexed !== null) return { places: indexed, problem: '' };
  const places: FramePlace[] = [];
  const cut = (offset: number): string => `it ends within the frame at byte ${offset}; what lies before it can be read`;
  for (let offset = FILE_HEAD_BYTES; offset < source.size;) {
    if (source.size - offset < FRAME_HEAD_BYTES) return { places, problem: cut(offset) };
    const { type, stored, inflated, at, until } = readFrameHead(await source.read(offset, FRAME_HEAD_BYTES));
    if (!/^[A-Z]{4}$/.test(type) || inflated > MAX_PAYLOAD || !(at <= until))
      return { places, problem: `at byte ${offset} there is no frame; what lies before it can be read` };
    if (source.size - offset - FRAME_HEAD_BYTES < stored) return { places, problem: cut(offset) };
    places.push({ offset, type, at, until });
    offset += FRAME_HEAD_BYTES + stored;
  }
  return { places, problem: '' };
}

/** The beginning of a file, with the head as its first frame. */
export async function beginRecording(head: Uint8Array, at: number, packing: Packing): Promise<Uint8Array[]> {
  return [fileHead(), await packFrame('HEAD', at, at, head, packing)];
}
