import { opendirSync } from 'node:fs';
import { procPath, readSmall } from './proc-file.ts';
import { hasSpace, isZombie, parseStat } from './stat.ts';

/** What of a process tells whether its first thread lives. */
export interface FirstThread {
  readonly state: string;
}

/** The first thread, or, where that has ended, another one that has not; the first one also where none could be found. */
export function livingThread(pid: number, first: FirstThread): number {
  if (!isZombie(first)) return pid;
  const other = otherThread(pid);
  return typeof other === 'number' ? other : pid;
}

/** Whether no thread but the first one is left, or all of them are on their way out. False where they come and go too fast to say so. */
export function othersEnded(pid: number): boolean {
  return otherThread(pid) === null;
}

/**
 * A thread with memory that is not the first one; null: there is none. Unsure: one may have begun after the list was made, by another that has ended since. /proc has a
 * folder for each of them, by number; of thousands not all are looked at.
 */
function otherThread(pid: number): number | 'unsure' | null {
  try {
    const ended: number[] = [];
    let isSure = true;
    const folder = opendirSync(procPath(pid, 'task'));
    try {
      for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
        const thread = Number(entry.name);
        if (thread === pid) continue;
        const life = lifeOf(pid, thread);
        if (life === 'alive') return thread;
        if (life === null) isSure = false;
        else ended.push(thread);
      }
    } finally {
      folder.closeSync();
    }
    // What has ended begins no thread any more: if these are all there were at one moment, and are there still, no other one has begun.
    const threads = parseStat(readSmall(procPath(pid, 'stat')))?.threads ?? 0;
    if (threads <= 1) return null;
    return isSure && threads === ended.length + 1 && ended.every((thread) => lifeOf(pid, thread) === 'ended') ? null : 'unsure';
  } catch {
    // The process itself has gone meanwhile.
    return null;
  }
}

export function isAlive(pid: number, thread: number): boolean {
  return lifeOf(pid, thread) === 'alive';
}

/** Alive: with memory to tell of. One that ended stays in the list for as long as a debugger has not looked at it. null: it is not there any more. */
function lifeOf(pid: number, thread: number): 'alive' | 'ended' | null {
  try {
    const bytes = readSmall(procPath(pid, `task/${thread}/stat`));
    const stat = parseStat(bytes);
    if (stat === null) return null;
    return isZombie(stat) || !hasSpace(bytes) ? 'ended' : 'alive';
  } catch {
    return null;
  }
}
