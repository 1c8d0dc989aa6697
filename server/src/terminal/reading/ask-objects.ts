import type { ObjectEvidence } from '@procmap/shared/use/evidence.ts';
import { askFiles, FILES } from './ask-files.ts';

/** What a file system that does not answer may delay a map. */
const MAX_MS = 1000;

/**
 * What the mapped ELF files of a process tell. null: they could not be read, or not in time; bss and the heap of Go have
 * no name then. `script`: that of the files process.
 */
export async function askObjects(pid: number, script = FILES): Promise<ObjectEvidence | null> {
  const head = await askFiles({ op: 'objects', pid }, { script, maxMs: MAX_MS });
  return head !== null && 'status' in head && head.status === 'objects' ? head.objects : null;
}
