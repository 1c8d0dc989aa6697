import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { MapDecoder } from '@procmap/shared/formats/map-payload.ts';
import { NoRecording, openRecording } from '@procmap/shared/formats/recording-file.ts';
import { kindsOf, type RecordingHead } from '@procmap/shared/formats/recording-head.ts';
import type { Source } from '@procmap/shared/formats/recording-index.ts';
import { escapeText } from '@procmap/shared/text/escape.ts';
import { Timeline } from '@procmap/shared/time/timeline.ts';
import { Fault } from '../../common/fault.ts';
import { PACKING } from './packing.ts';
import type { MomentAsked } from '../../options/moment.ts';

/** A recording that was opened for reading. */
export interface OpenRecording {
  readonly name: string;
  readonly head: RecordingHead;
  readonly timeline: Timeline;
  /** What is wrong with the file, and what can be read all the same; ''. */
  readonly problem: string;
}

/** Opens a recording. Throws a Fault that names the file. */
export async function openFile(path: string): Promise<OpenRecording> {
  const name = escapeText(path);
  try {
    const { head, frames, problem } = await openRecording(sourceOf(path), PACKING);
    return { name, head, timeline: new Timeline(() => frames, new MapDecoder(head.columns, kindsOf(head))), problem };
  } catch (error) {
    if (error instanceof NoRecording) throw new Fault(`${name}: ${error.message}`);
    const why = (error instanceof Error ? error.message : String(error)).replace(/, \w+( '.*')?$/s, '');
    throw new Fault(`${name} cannot be read: ${why}`);
  }
}

/** The file stays open until this process ends. */
function sourceOf(path: string): Source {
  // A FIFO without a writer would hold this up.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  const stat = fstatSync(file);
  if (!stat.isFile()) {
    closeSync(file);
    throw new NoRecording('it is no regular file');
  }
  return {
    size: stat.size,
    read: (offset, length) => {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length;) {
        const count = readSync(file, bytes, at, length - at, offset + at);
        if (count === 0) return Promise.reject(new RangeError('it became shorter meanwhile'));
        at += count;
      }
      return Promise.resolve(bytes);
    },
  };
}

/** The time that is meant. Throws a Fault with the range that there is. */
export function timeOf({ name, timeline }: OpenRecording, asked: MomentAsked | null): number {
  const { range } = timeline;
  if (range === null) throw new Fault(`${name} holds no map`);
  const { from, until } = range;
  const at = asked === null ? until : 'at' in asked ? asked.at : 'afterFirst' in asked ? from + asked.afterFirst : until - asked.beforeLast;
  if (at >= from && at <= until) return at;
  const seconds = ((until - from) / 1000).toFixed(1);
  throw new Fault(`${name} has nothing of ${dateText(at)}: it lasts ${seconds} s, from ${dateText(from)} to ${dateText(until)}`);
}

/** RFC 3339, in UTC; a time that has no date as it is. */
export function dateText(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? `${at} ms` : date.toISOString();
}
