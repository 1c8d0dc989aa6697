import { encodeJson, list, number, numbers, object, text, type Told, toldIn } from '../formats/told.ts';
import type { PageRange, ThreadEvidence, UseEvidence } from '../use/evidence.ts';

/** What tells what memory is for, from a moment on, as the payload of a frame. VmFlags come with the figures. */
export type RecordedEvidence = Omit<UseEvidence, 'flags'>;

export function encodeEvidence({ commandLine, threads, objects }: RecordedEvidence): Uint8Array {
  return encodeJson({
    command_line: commandLine,
    threads: threads === null ? null : threadsTold(threads),
    objects: objects === null ? null : { bss: flat(objects.bss), go: objects.isGo },
  });
}

function threadsTold({ threads, guards, left, denied }: ThreadEvidence): object {
  const [tids, comms, pages] = [threads.map(({ tid }) => tid), threads.map(({ comm }) => comm), threads.map(({ stackPage }) => stackPage)];
  return { tids, comms, pages, guards: flat(guards), left, denied };
}

function flat(ranges: readonly PageRange[]): number[] {
  return ranges.flatMap(({ start, end }) => [start, end]);
}

/** Throws RangeError if it is no JSON object. */
export function decodeEvidence(payload: Uint8Array): RecordedEvidence {
  const told = toldIn(payload);
  const [threads, objects] = [object(told['threads']), object(told['objects'])];
  return {
    commandLine: text(told['command_line']),
    threads: threads === null ? null : threadsIn(threads),
    objects: objects === null ? null : { bss: rangesOf(numbers(objects['bss'])), isGo: objects['go'] === true },
  };
}

function threadsIn(told: Told): ThreadEvidence {
  const [comms, pages] = [list(told['comms']), list(told['pages'])];
  return {
    threads: list(told['tids']).map((tid, i) => ({ tid: number(tid) ?? 0, comm: text(comms[i]), stackPage: number(pages[i]) })),
    guards: rangesOf(numbers(told['guards'])),
    left: number(told['left']) ?? 0,
    denied: text(told['denied']),
  };
}

/** Ascending and disjoint, as rules expect them: what is not is left out. */
function rangesOf(pages: readonly number[]): PageRange[] {
  const ranges: PageRange[] = [];
  for (let i = 0; i + 1 < pages.length; i += 2) {
    const [start = 0, end = 0] = [pages[i], pages[i + 1]];
    if (start >= (ranges.at(-1)?.end ?? 0) && end > start) ranges.push({ start, end });
  }
  return ranges;
}
