import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { othersEnded } from './living-thread.ts';
import { missingRights } from '../rights/missing-rights.ts';
import { procPath } from './proc-file.ts';
import { readsAll, readStanding, type Standing } from '../rights/standing.ts';
import type { ReaderErrorWord } from '../../protocol/protocol.ts';

/** The reason why a request failed, as a value: a machine word, and a sentence that says what to do. */
export interface Failure {
  readonly error: ReaderErrorWord;
  readonly message: string;
}

export function failure(error: ReaderErrorWord, message: string): Failure {
  return { error, message };
}

export function isFailure(value: object): value is Failure {
  return 'error' in value;
}

/** Translates a system call's error on /proc/PID/... */
export function failureOf(error: unknown, pid: number): Failure {
  switch (errnoName(error)) {
    case 'ENOENT': {
      const file = missingFile(error, pid);
      if (file !== null) return failure('unreadable', `this kernel has no ${file}`);
      return pathOf(error).startsWith(procPath(pid, 'task/')) ? notFound(pid) : failure('not_found', `there is no process ${pid}`);
    }
    // read(2) returns this for a thread that has gone, without a path.
    case 'ESRCH':
      return notFound(pid);
    case 'ENOTDIR':
      return failure('not_found', `there is no process ${pid}`);
    case 'EACCES':
    case 'EPERM':
      return failure('no_permission', whyForbidden(pid, readStanding()));
    default:
      return failure('unreadable', `the kernel refused to show process ${pid}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The process is gone, or only the thread that was read. */
function notFound(pid: number): Failure {
  return isThere(procPath(pid, '')) ? changed(pid) : failure('not_found', `there is no process ${pid}`);
}

/** The process lives, but has changed since it was looked at. */
export function changed(pid: number): Failure {
  return failure('unreadable', `process ${pid} changed too much while it was read: the thread that was read has ended, or began another program; try again`);
}

/** No memory any more, but not a zombie yet: the process or, if others live, only that thread. */
export function exiting(pid: number, thread: number): Failure {
  return thread === pid && othersEnded(pid) ? failure('zombie', `process ${pid} is exiting and has no address space any more`) : notFound(pid);
}

/**
 * A file that is missing although its process or thread exists: kernels have different sets of files. null: the process
 * or thread is missing.
 */
function missingFile(error: unknown, pid: number): string | null {
  const path = pathOf(error);
  return path.startsWith(procPath(pid, '')) && isThere(dirname(path)) ? path : null;
}

function pathOf(error: unknown): string {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : '';
}

function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Why a process cannot be read any further, and what to do. */
export function whyForbidden(pid: number, standing: Standing): string {
  const [first] = missingRights(standing);
  if (readsAll(standing) || first === undefined) {
    const profile = standing.container ? '; if that is AppArmor, start the container with --security-opt apparmor=unconfined' : '';
    return `not even root may read process ${pid}: a security module or the boundary of a container forbids it${profile}`;
  }
  if (!standing.root) return `no permission to read process ${pid}: ${first.remedy} to read processes of other users`;
  const whose = standing.effective.includes(first.capability)
    ? 'it is outside this user namespace'
    : `it belongs to another user, or has more capabilities than procmap`;
  return `no permission to read process ${pid}: ${whose}; ${first.remedy}`;
}

/** `ENOENT` and so on; '' if it is not an error of a system call. */
export function errnoName(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
