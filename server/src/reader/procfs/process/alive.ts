import { type Failure, failure, isFailure } from './outcome.ts';
import { byLivingThread, type Teller } from './live-file.ts';
import { look, type Look } from './look.ts';
import { isZombie, type Stat } from './stat.ts';

/** The reason why an existing process has no address space; null: it has one. */
export function whyNoSpace(pid: number, { comm, ppid, kernelThread, threads, state }: Stat): Failure | null {
  if (kernelThread)
    return failure('kernel_thread', `process ${pid} is a kernel thread (${comm}): it has no user address space; choose a process that runs a program`);
  // If other threads are left, only the first one has ended: see liveFile().
  if (isZombie({ state }) && threads <= 1)
    return failure('zombie', `process ${pid} (${comm}) is a zombie: it has ended, and its parent ${ppid} has not collected it yet`);
  return null;
}

/** An existing process with an address space, or the reason why it is not one. */
export function lookAlive(pid: number): Look | Failure {
  const now = look(pid);
  return isFailure(now) ? now : (whyNoSpace(pid, now) ?? now);
}

/** byLivingThread() with the current state of a process. If it is gone, `read` still runs, and fails. */
export function byLivingThreadNow<T>(pid: number, read: (teller: Teller) => T, isEmpty?: (what: T) => boolean): T {
  const now = look(pid);
  return isFailure(now) ? read({ thread: pid }) : byLivingThread(pid, now, read, isEmpty);
}
