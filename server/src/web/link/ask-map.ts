import { decodeFrame, type Frame } from '@procmap/shared/codec.ts';
import { noteGarbage } from '../../common/garbage.ts';
import type { ReaderLink } from './reader-link.ts';

/** The whole address space of a process at this moment. */
export async function askMap(reader: ReaderLink, pid: number): Promise<Snapshot> {
  return snapshotOf((await reader.ask({ op: 'map', pid, etag: null })).body);
}

type Snapshot = Extract<Frame, { type: 'snapshot' }>;

/** The body of an answer to `map`. */
export function snapshotOf(body: Uint8Array): Snapshot {
  // The chunks of the answer are garbage now.
  noteGarbage(body.length);
  const frame = decodeFrame(body);
  if (frame.type !== 'snapshot') throw new Error('the reader sent no snapshot');
  return frame;
}
