import { type FileNow, unknownFile } from '@procmap/shared/files/file-now.ts';
import { heldFailure } from '../reader/held-failure.ts';
import { type Failure, failure } from '../reader/procfs/process/outcome.ts';
import type { FilesRequest } from '../reader/protocol/protocol.ts';

/** What held the threads that looked for files of one process. */
interface Mute {
  /** Its program was asked for. */
  readonly program: boolean;
  /** The mapping whose file was looked for, and which file system did not answer, '' for one that is not known; null: it was not one that is known to. */
  readonly file: { readonly startPage: number; readonly fileSystem: string } | null;
}

/** Which files of the processes that are left alone did not answer. A process before this one may have known more. */
export class MuteFiles {
  readonly #mutes = new Map<number, Mute>();

  /** A thread was held. `asked`: the file system that it asked last; undefined: none yet. */
  note(request: FilesRequest, asked: string | undefined): void {
    const { pid } = request;
    const known = this.#mutes.get(pid) ?? { program: false, file: null };
    if (request.op === 'program') this.#mutes.set(pid, { ...known, program: true });
    else this.#mutes.set(pid, { ...known, file: asked === undefined ? null : { startPage: request.startPage, fileSystem: asked } });
  }

  forget(pid: number): void {
    this.#mutes.delete(pid);
  }

  /** Forgets all but those. */
  keep(pids: readonly number[]): void {
    for (const pid of this.#mutes.keys()) if (!pids.includes(pid)) this.#mutes.delete(pid);
  }

  /** It is a process's program, where another file of it was what did not answer: it may lie elsewhere. */
  isElsewhere({ op, pid }: FilesRequest): boolean {
    const mute = this.#mutes.get(pid);
    return op === 'program' && mute !== undefined && !mute.program && mute.file !== null;
  }

  /** What is told instead of an answer: of a file whose own file system did not give one, or which was not asked because of another, that nobody knows. */
  answerTo(request: FilesRequest): FileNow | Failure {
    const { pid } = request;
    const { program, file } = this.#mutes.get(pid) ?? { program: false, file: null };
    if (request.op === 'program') return program ? heldFailure(pid) : leftAlone(pid);
    if (file === null) return leftAlone(pid);
    const which = file.fileSystem === '' ? 'file system' : `file system (${file.fileSystem})`;
    if (file.startPage === request.startPage) return unknownFile(`its ${which} does not answer`);
    return unknownFile(`not checked while the ${which} of another mapping of this process does not answer`);
  }
}

function leftAlone(pid: number): Failure {
  return failure('stalled', `files of process ${pid} are not opened for now: an earlier attempt got no answer; procmap tries again`);
}
