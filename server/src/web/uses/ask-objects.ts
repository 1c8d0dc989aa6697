import { setTimeout } from 'node:timers/promises';
import type { ObjectEvidence } from '@procmap/shared/use/evidence.ts';
import type { ReaderLink } from '../link/reader-link.ts';

/** What a file system that does not answer may delay an answer. */
const MAX_FILES_MS = 1000;

/** null: the files process did not answer in time, or could not. Names and stacks are told without it. */
export async function askObjects(files: ReaderLink, pid: number): Promise<ObjectEvidence | null> {
  const answer = files.ask({ op: 'objects', pid }).then(
    ({ head }) => head.objects,
    () => null,
  );
  const late = new AbortController();
  const result = await Promise.race([answer, setTimeout(MAX_FILES_MS, null, { signal: late.signal }).catch(() => null)]);
  late.abort();
  return result;
}
