import { lstatSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../common/fault.ts';
import { copyFolder } from './copy-folder.ts';
import { hasEnded, ownMark } from './process-mark.ts';

/** mkdtemp(3) appends its random part to the mark of the process that owns the copy. */
const COPY = /^procmap\.([0-9-]+)-\w{6}$/;

/**
 * Copies a built page into a new folder below the first of these places that permits it. Everybody can read the copy,
 * and only we can change it. `isFit`:
 * whether a copy can be served. Throws a Fault.
 */
export function copyPage(from: string, places: readonly string[], isFit: (copy: string) => boolean): string {
  let why = '';
  for (const place of places) {
    let folder: string | null = null;
    try {
      // Never reuses a folder and follows no link. Closed to others until the copy is complete.
      folder = mkdtempSync(join(place, `procmap.${ownMark()}-`));
      copyFolder(realpathSync(from), folder);
      if (!isFit(folder)) throw new Error(`${place} is closed to other users`);
      return folder;
    } catch (error) {
      if (folder !== null) removeCopy(folder);
      why = error instanceof Error ? error.message : String(error);
    }
  }
  throw new Fault(`the page cannot be copied to ${places.join(' or ')} (${why}); make room there, or let procmap write there`);
}

/** A copy that cannot be removed stays, and counts as stale from then on. */
export function removeCopy(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // The file system is read-only by now, or gone.
  }
}

/** Removes copies that killed daemons of this user left behind. */
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
