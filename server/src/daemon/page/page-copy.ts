import { lstatSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../common/fault.ts';
import { copyFolder } from './copy-folder.ts';
import { hasEnded, ownMark } from './process-mark.ts';

/** What mkdtemp(3) adds is behind the mark of the process whose copy it is. */
const COPY = /^procmap\.([0-9-]+)-\w{6}$/;

/** Copies a built page into a new folder below the first of these places that takes it: for everybody to read, for nobody else to change. Throws a Fault. */
export function copyPage(from: string, places: readonly string[]): string {
  let why = '';
  for (const place of places) {
    let folder: string | null = null;
    try {
      // Never a folder that is there, nor one that a link leads to; closed to others until all is in it.
      folder = mkdtempSync(join(place, `procmap.${ownMark()}-`));
      copyFolder(realpathSync(from), folder);
      return folder;
    } catch (error) {
      if (folder !== null) removeCopy(folder);
      why = error instanceof Error ? error.message : String(error);
    }
  }
  throw new Fault(`the page cannot be copied to ${places.join(' or ')} (${why}); make room there, or let procmap write there`);
}

/** One that cannot be removed is left: it is one of the stale ones then. */
export function removeCopy(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Its file system is read-only by now, or gone.
  }
}

/** Removes the copies that daemons of this user have left behind when they were killed. */
export function removeStaleCopies(places: readonly string[]): void {
  for (const place of places)
    for (const name of namesIn(place)) {
      const mark = COPY.exec(name)?.[1];
      const path = join(place, name);
      if (mark !== undefined && isOwnFolder(path) && hasEnded(mark)) removeCopy(path);
    }
}

function namesIn(place: string): string[] {
  try {
    return readdirSync(place);
  } catch {
    return [];
  }
}

function isOwnFolder(path: string): boolean {
  const there = lstatSync(path, { throwIfNoEntry: false });
  return there?.isDirectory() === true && there.uid === process.geteuid?.();
}
