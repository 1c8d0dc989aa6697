import { closeSync, constants, openSync } from 'node:fs';
import type { FileNow } from '@procmap/shared/files/file-now.ts';
import { beat } from '../common/beat.ts';
import { errnoName } from '../reader/procfs/process/outcome.ts';
import { byLivingThreadNow } from '../reader/procfs/process/alive.ts';
import { liveFile, type Teller } from '../reader/procfs/process/live-file.ts';
import { procPath } from '../reader/procfs/process/proc-file.ts';
import { readBuildId } from './build-id.ts';
import { type Elf, type ReadAt, readElf } from './elf.ts';
import { elfAddress } from './elf-address.ts';
import { readsOf } from './file-reads.ts';
import { likenessOf } from './likeness.ts';
import type { MappedRow } from './mapped-row.ts';
import { whyNot } from './system-error.ts';
import type { Mounts } from '../reader/procfs/maps/mounts.ts';
import { type FoundFile, openPath } from './walk.ts';

type Identity = Pick<FileNow, 'build_id' | 'elf_address' | 'unread' | 'is_elf'>;

const NOTHING = { build_id: null, elf_address: null };

const NO_PATH =
  'the mapped file cannot be opened by its path; opening it without one needs CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN, which procmap does not use';

/**
 * Reads the header of the mapped file. `same`: that file, opened at its path; null: the path has another file or none.
 */
export async function readIdentity(pid: number, row: MappedRow, same: FoundFile | null, mounts: Mounts): Promise<Identity> {
  if (same !== null) return await identityOf(same, row);
  // Links that work whatever became of the name: map_files, which needs more rights than procmap has, then exe.
  const mapped = openLink(pid, ({ thread }) => procPath(thread, `map_files/${row.range}`));
  const found = 'fd' in mapped ? mapped : (openProgram(pid, row, mounts) ?? mapped);
  if (!('fd' in found)) return { ...NOTHING, unread: whyUnopened(found.error) };
  try {
    return await identityOf(found, row);
  } finally {
    closeSync(found.fd);
  }
}

function whyUnopened(error: unknown): string {
  const word = errnoName(error);
  return word === 'EPERM' || word === 'EACCES' ? NO_PATH : whyNot(error, 'the mapped file cannot be opened');
}

function openProgram(pid: number, row: MappedRow, mounts: Mounts): FoundFile | null {
  const found = openLink(pid, (teller) => liveFile(pid, teller, 'exe'));
  if (!('fd' in found)) return null;
  if (likenessOf(row, found, mounts) === true) return found;
  closeSync(found.fd);
  return null;
}

/** Opens a link of /proc that leads to the file itself; returns the system's error if that fails. */
function openLink(pid: number, linkOf: (teller: Teller) => string): FoundFile | { readonly error: unknown } {
  try {
    return byLivingThreadNow(pid, (teller) => openPath(linkOf(teller), 'anything'));
  } catch (error) {
    return { error };
  }
}

/** Build id of the file that replaced the mapped one; null: it has none, or cannot be read. */
export async function readNewBuildId(found: FoundFile): Promise<string | null> {
  try {
    return await withElf(found, null, readBuildId);
  } catch {
    return null;
  }
}

async function identityOf(found: FoundFile, row: MappedRow): Promise<Identity> {
  try {
    return await withElf<Identity>(found, { ...NOTHING, is_elf: false }, async (elf, readAt) => {
      const address = elfAddress(elf, row);
      return { build_id: await readBuildId(elf, readAt), elf_address: address === null ? null : `0x${address.toString(16)}` };
    });
  } catch (error) {
    return { ...NOTHING, unread: whyNot(error, 'the mapped file cannot be read') };
  }
}

/** `otherwise`: the result if it is not an ELF program. Throws the system's error if it cannot be read. */
async function withElf<T>({ fd: path, stat }: FoundFile, otherwise: T, what: (elf: Elf, readAt: ReadAt) => Promise<T>): Promise<T> {
  if (!stat.isFile()) return otherwise;
  beat();
  // Reopens exactly this file, whatever its name is by now.
  const fd = openSync(`/proc/self/fd/${path}`, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const readAt = readsOf(fd);
    const elf = await readElf(readAt);
    return elf === null ? otherwise : await what(elf, readAt);
  } finally {
    closeSync(fd);
  }
}
