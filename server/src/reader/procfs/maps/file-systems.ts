import { PROC_ROOT } from '../process/proc-file.ts';
import { deviceOfMount, type FileSystem, Mounts, readMountText, TooManyMounts } from './mounts.ts';

/** Returns the file system on a device of a table; null: none that is visibly mounted. */
export type FileSystemOf = (device: number) => FileSystem | null;

/** Enough for thousands of mounts. Longer texts are ignored: they would have to be read at each change of a map. */
const MAX_BYTES = 1024 * 1024;

/** A text that was too long is not read again for this time. */
const TOO_LONG_MS = 10_000;
/** The end of that time, by path. */
const tooLong = new Map<string, number>();

/** The last texts: those of watched processes, some of them in containers, and procmap's own. They change rarely. */
const KEPT = 4;
const kept: { readonly text: Buffer; readonly mounts: Mounts }[] = [];

/**
 * Looks up a device in the mounts that the process sees (`mountinfo` returns the path of that file), then in those that
 * procmap sees: the process may have received a file from elsewhere. Reads nothing before the first question, so
 * nothing at all for a map whose files all lie on disks.
 */
export function fileSystemsOf(mountinfo: () => string): FileSystemOf {
  const found = new Map<number, FileSystem | null>();
  let theirs: Mounts | null | undefined;
  let ours: Mounts | null | undefined;
  const look = (text: string): FileSystem | null => {
    if (theirs === undefined) theirs = read(mountinfo);
    const seen = theirs?.fileSystem(text) ?? null;
    if (seen !== null) return seen;
    if (ours === undefined) ours = read(() => `${PROC_ROOT}/self/mountinfo`);
    return ours?.fileSystem(text) ?? null;
  };
  return (device) => {
    let fileSystem = found.get(device);
    if (fileSystem === undefined) found.set(device, (fileSystem = look(deviceOfMount(device))));
    return fileSystem;
  };
}

/** null: it cannot be read, or is too long. */
function read(pathOf: () => string): Mounts | null {
  const text = readShort(pathOf());
  if (text === null) return null;
  const at = kept.findIndex((each) => each.text.equals(text));
  const [known = { text, mounts: new Mounts(text.toString('latin1')) }] = at < 0 ? [] : kept.splice(at, 1);
  kept.unshift(known);
  kept.length = Math.min(kept.length, KEPT);
  return known.mounts;
}

function readShort(path: string): Buffer | null {
  const now = performance.now();
  if (now < (tooLong.get(path) ?? 0)) return null;
  try {
    return readMountText(path, MAX_BYTES);
  } catch (error) {
    if (error instanceof TooManyMounts) {
      for (const [old, until] of tooLong) if (until <= now) tooLong.delete(old);
      tooLong.set(path, now + TOO_LONG_MS);
    }
    return null;
  }
}
