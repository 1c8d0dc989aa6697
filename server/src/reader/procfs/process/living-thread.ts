import { opendirSync } from 'node:fs';
import { procPath, readSmall } from './proc-file.ts';
import { hasSpace, isZombie, parseStat } from './stat.ts';

/** The part of a process's state that tells if its first thread lives. */
export interface FirstThread {
  readonly state: string;
}

/** The first thread or, if it has ended, another living one. The first one as well if none is found. */
export function livingThread(pid: number, first: FirstThread): number {
  if (!isZombie(first)) return pid;
  const other = otherThread(pid);
  return typeof other === 'number' ? other : pid;
}

/** True if no thread but the first is left, or if all are ending. False if they come and go too fast to be sure. */
export function othersEnded(pid: number): boolean {
  return otherThread(pid) === null;
}

/**
 * A thread with memory other than the first; null: there is none. Unsure: a thread that has ended since may have
 * started another one after the list was made. /proc has a folder for each thread, by id. The search stops at the first
 * hit, so not all of thousands are read.
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
    // An ended thread starts no new one: if the ended ones were all threads at some moment, and still exist, there can
    // be no other.
    const threads = parseStat(readSmall(procPath(pid, 'stat')))?.threads ?? 0;
    if (threads <= 1) return null;
    return isSure && threads === ended.length + 1 && ended.every((thread) => lifeOf(pid, thread) === 'ended') ? null : 'unsure';
  } catch {
    // The whole process has gone meanwhile.
    return null;
  }
}

export function isAlive(pid: number, thread: number): boolean {
  return lifeOf(pid, thread) === 'alive';
}

/**
 * Alive: has memory to describe. An ended thread stays in the list until its debugger has looked at it. null: it no
 * longer exists.
 */
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
