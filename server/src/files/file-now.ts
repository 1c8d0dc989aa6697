import { closeSync, readlinkSync } from 'node:fs';
import { type FileNow, unknownFile } from '@procmap/shared/files/file-now.ts';
import { formatAddress } from '@procmap/shared/page.ts';
import { beat } from '../common/beat.ts';
import { type Failure, failure, isFailure } from '../reader/procfs/process/outcome.ts';
import { byLivingThreadNow } from '../reader/procfs/process/alive.ts';
import { liveFile } from '../reader/procfs/process/live-file.ts';
import { procPath } from '../reader/procfs/process/proc-file.ts';
import { TooLarge } from '../reader/procfs/maps/text-buffer.ts';
import { type FileRoot, rootOfPath } from './file-root.ts';
import { sightOf } from './file-sight.ts';
import { readIdentity, readNewBuildId } from './mapped-file.ts';
import { isNeverNamed, mappedName } from './mapped-name.ts';
import { findMappedRow, type MappedRow } from './mapped-row.ts';
import { whyNot } from './system-error.ts';
import { TooManyMounts } from '../reader/procfs/maps/mounts.ts';

/**
 * Describes the file that is now at the path of the mapping that starts at this page. `asks`: receives the type of each
 * file system before it is accessed. A file system may never answer, so call this only in a thread that may be lost.
 * Throws the system's error if the process cannot be read.
 */
export async function readFileNow(pid: number, startPage: number, asks: (fileSystem: string) => void): Promise<FileNow | Failure> {
  const row = rowOf(pid, startPage);
  if (row !== null && isFailure(row)) return row;
  if (row === null)
    return failure('no_mapping', `no mapping of process ${pid} starts at ${formatAddress(startPage)}: its map may have changed; read that again`);
  const name = mappedName(row, linkOf(pid, row));
  let root: FileRoot | null;
  try {
    root = rootOfPath(pid, name.path);
  } catch (error) {
    if (error instanceof TooManyMounts) return unknownFile('that process has more mounts than procmap reads');
    return isNeverNamed(row, name, false) ? neverNamed() : unknownFile(whyNot(error, 'the root of that process cannot be entered'));
  }
  if (isNeverNamed(row, name, root?.mounts.has(row.device) === true)) return neverNamed();
  if (root === null) return unknownFile('its path lies outside of the root of that process');
  asks('');
  const { state, reason, found } = sightOf(pid, row, name, root, asks);
  try {
    const identity = await readIdentity(pid, row, state === 'same' ? found : null, root.mounts);
    return { state, reason, ...identity, ...(state === 'replaced' ? { new_build_id: found === null ? null : await readNewBuildId(found) } : {}) };
  } finally {
    if (found !== null) closeSync(found.fd);
  }
}

function rowOf(pid: number, startPage: number): MappedRow | Failure | null {
  try {
    return byLivingThreadNow(
      pid,
      (teller) => findMappedRow(liveFile(pid, teller, 'maps'), startPage),
      (row) => row === null,
    );
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    return failure('too_large', `too large: the map of process ${pid} is ${error.message}, because of very long file names; procmap reads no more than that`);
  }
}

function neverNamed(): FileNow {
  return { state: 'never_named', reason: null, build_id: null, elf_address: null };
}

/** The mapped file's name with real newlines; null: it cannot be read, or is too long for a link. */
function linkOf(pid: number, { range }: MappedRow): string | null {
  try {
    return byLivingThreadNow(pid, ({ thread }) => {
      beat();
      return readlinkSync(procPath(thread, `map_files/${range}`), 'buffer').toString('latin1');
    });
  } catch {
    return null;
  }
}
