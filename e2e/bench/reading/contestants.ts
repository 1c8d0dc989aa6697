import type { ReaderClient } from '../../../server/test/reader-client.ts';
import { type BareRead, nodeRead } from './bare-read.ts';
import type { Change, Pipeline } from './pipeline.ts';
import { time, timeEach } from '../rounds.ts';
import type { Subject } from '../subject.ts';
import { run } from '../tools.ts';

/** Changes of a process in one sample. Each is a request to another process. */
const MAX_CHANGES = 10;

/** The reader's work for a look at a process, compared with only reading the file. */
export function looks({ mapsPath, fixture }: Subject, pipeline: Pipeline, bare: BareRead, batch: number) {
  return {
    bare: () => bare.read(mapsPath, batch),
    whole: () => time(batch, () => pipeline.whole()),
    unchanged: () => time(batch, () => pipeline.unchanged()),
    changed: () =>
      timeEach(
        Math.min(batch, MAX_CHANGES),
        () => fixture.command('mutate'),
        () => pipeline.changed(),
      ),
    bareNode: () => time(batch, () => nodeRead(mapsPath)),
  };
}

/**
 * Each step of a map's way, as the reader, the web process and the page do it, and as a real reader process answers.
 * Separate from looks(), so that the garbage of these steps does not disturb those.
 */
export function steps({ pid }: Subject, pipeline: Pipeline, change: Change, reader: ReaderClient, batch: number) {
  const delta = change.diff();
  let etag = '';
  return {
    read: () => time(batch, () => pipeline.read()),
    parse: () => time(batch, () => pipeline.parse()),
    encode: () => time(batch, () => change.encode()),
    decode: () => time(batch, () => change.decode()),
    diff: () => time(batch, () => change.diff()),
    version: () => time(batch, () => change.version()),
    apply: () => time(batch, () => change.apply(delta)),
    tile: () => time(batch, () => change.tile()),
    asked: () => time(batch, async () => (etag = await ask(reader, pid, null))),
    askedAgain: () => time(batch, () => ask(reader, pid, etag)),
  };
}

/** Asks a real reader process for a map; returns its etag. */
async function ask(reader: ReaderClient, pid: number, etag: string | null): Promise<string> {
  const { head } = await reader.ask({ op: 'map', pid, etag });
  if (head.status !== (etag === null ? 'map' : 'unchanged')) throw new Error(`the reader answered ${JSON.stringify(head)}`);
  return head.etag;
}

/** Programs that show the same, including their start. */
export function otherPrograms({ pid, mapsPath }: Subject) {
  return {
    cat: () => run('cat', mapsPath),
    'pmap -x': () => run('pmap', '-x', String(pid)),
    'pmap -X': () => run('pmap', '-X', String(pid)),
  };
}
