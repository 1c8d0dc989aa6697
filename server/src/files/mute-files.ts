import { type FileNow, unknownFile } from '@procmap/shared/files/file-now.ts';
import { heldFailure } from '../reader/held-failure.ts';
import { type Failure, failure } from '../reader/procfs/process/outcome.ts';
import type { InTurn } from '../reader/protocol/ops.ts';

/** Stands for the mapping if files of many were opened. */
const UNKNOWN_MAPPING = -1;

/** Files of one process that blocked a thread. */
interface Mute {
  /** The program blocked. */
  readonly program: boolean;
  /**
   * The mapping whose file was looked up, and the file system that did not answer ('' if unknown). null: no file system
   * is known not to answer.
   */
  readonly file: { readonly startPage: number; readonly fileSystem: string } | null;
}

/**
 * Files that did not answer, of processes that are left alone for now. An earlier files process may have known of more.
 */
export class MuteFiles {
  readonly #mutes = new Map<number, Mute>();

  /** Notes that a thread is blocked. `asked`: the file system that it accessed last; undefined: none yet. */
  note(request: InTurn<'files'>, asked: string | undefined): void {
    const { pid } = request;
    const known = this.#mutes.get(pid) ?? { program: false, file: null };
    if (request.op === 'program') this.#mutes.set(pid, { ...known, program: true });
    else {
      const startPage = request.op === 'file' ? request.startPage : UNKNOWN_MAPPING;
      this.#mutes.set(pid, { ...known, file: asked === undefined ? null : { startPage, fileSystem: asked } });
    }
  }

  forget(pid: number): void {
    this.#mutes.delete(pid);
  }

  /** Forgets all other processes. */
  keep(pids: readonly number[]): void {
    for (const pid of this.#mutes.keys()) if (!pids.includes(pid)) this.#mutes.delete(pid);
  }

  /**
   * True for a request for the program if only another file of the process blocked: the program may be on another file
   * system.
   */
  isElsewhere({ op, pid }: InTurn<'files'>): boolean {
    const mute = this.#mutes.get(pid);
    return op === 'program' && mute !== undefined && !mute.program && mute.file !== null;
  }

  /**
   * The reply to a request that is not carried out. A file whose state is unknown, because its file system or that of
   * another file did not answer, is reported as unknown.
   */
  answerTo(request: InTurn<'files'>): FileNow | Failure {
    const { pid } = request;
    const { program, file } = this.#mutes.get(pid) ?? { program: false, file: null };
    if (request.op === 'objects') return leftAlone(pid);
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
