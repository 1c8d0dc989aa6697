import { FILE_STATES, type FileNow, type FileState } from '@procmap/shared/files/file-now.ts';
import type { ProcessIdentity } from '@procmap/shared/frame.ts';
import { Answer } from '../net/answer.svelte.ts';
import type { Details } from './details.ts';

/**
 * The file that is now at the path of a mapped file. Looking asks its file system, so it happens only for the file that
 * a person looks at, and once, until it is requested again.
 */
export class FileOnDisk {
  readonly #answer = new Answer<FileNow>(readFileNow);
  #about = $state.raw('');
  #times = $state(0);

  /** The subject of the question: the current mapping, and the number of requests by the person. */
  aboutOf({ pid, startTime, comm }: ProcessIdentity, { start, title, backing }: Details): string {
    return `${pid} ${startTime} ${comm} ${start} ${backing?.inode ?? ''} ${title} ${this.#times}`;
  }

  ask(about: string, { pid }: ProcessIdentity, { start }: Details, key: string): void {
    this.#about = about;
    void this.#answer.ask(about, `/api/processes/${pid}/file?start=${start}`, key);
  }

  /** null while it is under way, or was not requested. */
  valueOf(about: string): FileNow | null {
    return about === this.#about ? this.#answer.value : null;
  }

  /** Why there is no answer: a sentence, or ''. */
  problemOf(about: string): string {
    return about === this.#about ? this.#answer.problem : '';
  }

  again(): void {
    this.#times++;
  }
}

const WORDS: Readonly<Record<FileState, string>> = {
  same: 'the same file',
  replaced: 'another file',
  gone: 'nothing: it was deleted',
  never_named: 'no file: it never had a path',
  unknown: 'not known',
};

/** In words, with the reason. */
export function fileWords({ state, reason }: FileNow): string {
  return reason === null ? WORDS[state] : state === 'unknown' ? `${WORDS.unknown}: ${reason}` : reason;
}

function readFileNow(body: unknown): FileNow | null {
  if (typeof body !== 'object' || body === null) return null;
  const { state, reason, build_id, elf_address, new_build_id = null, unread = null } = body as Readonly<Record<string, unknown>>;
  const isText = (value: unknown): boolean => value === null || typeof value === 'string';
  return FILE_STATES.some((each) => each === state) && [reason, build_id, elf_address, new_build_id, unread].every(isText) ? (body as FileNow) : null;
}
