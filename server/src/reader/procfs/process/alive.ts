import { type Failure, failure, isFailure } from './outcome.ts';
import { byLivingThread, type Teller } from './live-file.ts';
import { look, type Look } from './look.ts';
import { isZombie, type Stat } from './stat.ts';

/** Why a process that is there has no address space; null: it has one. */
export function whyNoSpace(pid: number, { comm, ppid, kernelThread, threads, state }: Stat): Failure | null {
  if (kernelThread)
    return failure('kernel_thread', `process ${pid} is a kernel thread (${comm}): it has no user address space; choose a process that runs a program`);
  // With other threads, only the first one has ended: see liveFile().
  if (isZombie({ state }) && threads <= 1)
    return failure('zombie', `process ${pid} (${comm}) is a zombie: it has ended, and its parent ${ppid} has not collected it yet`);
  return null;
}

/** A process that is there and has an address space; or why not. */
export function lookAlive(pid: number): Look | Failure {
  const now = look(pid);
  return isFailure(now) ? now : (whyNoSpace(pid, now) ?? now);
}

/** byLivingThread() of a process as it is now; of one that is gone, by where its files would be. */
export function byLivingThreadNow<T>(pid: number, read: (teller: Teller) => T, isEmpty?: (what: T) => boolean): T {
  const now = look(pid);
  return isFailure(now) ? read({ thread: pid }) : byLivingThread(pid, now, read, isEmpty);
}
