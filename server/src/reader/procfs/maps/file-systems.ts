import { PROC_ROOT } from '../process/proc-file.ts';
import { deviceOfMount, type FileSystem, Mounts, readMountText, TooManyMounts } from './mounts.ts';

/** Who tells what lies on a device of a table; null: no file system that is mounted, as far as it sees. */
export type FileSystemOf = (device: number) => FileSystem | null;

/** Where nobody can be asked. */
export const NOT_TOLD: FileSystemOf = () => null;

/** Of thousands of mounts. What is longer tells nothing: it would cost at each change of a map. */
const MAX_BYTES = 1024 * 1024;

/** So long a text that was too long is not read again. */
const TOO_LONG_MS = 10_000;
/** Until when, by path. */
const tooLong = new Map<string, number>();

/** The last texts: those of the processes that are watched, in some containers, and procmap's own. They change rarely. */
const KEPT = 4;
const kept: { readonly text: Buffer; readonly mounts: Mounts }[] = [];

/**
 * By what the process sees (`mountinfo` gives the path of its file), else by what procmap sees: a process may have got a file from elsewhere. Nothing is read before something is asked: of a map whose files all
 * lie on disks nothing is.
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
