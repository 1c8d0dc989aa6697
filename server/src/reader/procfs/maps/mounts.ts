import { closeSync, openSync, readSync } from 'node:fs';
import { MINOR_BITS, MINOR_MASK } from '@procmap/shared/region.ts';
import { beat } from '../../../common/beat.ts';

/** A mount, from a line of /proc/PID/mountinfo (proc(5)). */
export interface Mount {
  readonly id: number;
  /** `major:minor` of its file system, in decimal. maps shows this device, even where stat(2) shows another (btrfs). */
  readonly device: string;
  /** Path below the root of that process, as a byte string. */
  readonly point: string;
  /** `ext4`, `fuse.sshfs`. For a file system in user space, its author chooses the part after the dot. */
  readonly type: string;
}

/** Converts a device of a table row to the form of Mount. */
export function deviceOfMount(device: number): string {
  return `${device >>> MINOR_BITS}:${device & MINOR_MASK}`;
}

/** The file system on a device, wherever it is mounted. */
export interface FileSystem {
  readonly type: string;
  /** One of its mount points is /dev. */
  readonly atDev: boolean;
  readonly atDevShm: boolean;
}

/** All mounts that a process sees. File system types come from here, since statfs(2) would access the file system. */
export class Mounts {
  readonly #byId = new Map<number, Mount>();
  /** The last of several mounts at one point: it covers the others. */
  readonly #byPoint = new Map<string, Mount>();
  readonly #fileSystems = new Map<string, FileSystem>();

  constructor(text: string) {
    for (const line of text.split('\n')) {
      const fields = line.split(' ');
      const [id, , device, , point] = fields;
      const type = fields[fields.indexOf('-') + 1];
      if (device === undefined || point === undefined || type === undefined || !fields.includes('-')) continue;
      const mount = { id: Number(id), device, point: unescape(point), type: unescape(type) };
      this.#byId.set(mount.id, mount);
      this.#byPoint.set(mount.point, mount);
      this.#addFileSystem(mount);
    }
  }

  byId(id: number): Mount | null {
    return this.#byId.get(id) ?? null;
  }

  /** The mount at exactly this path. */
  at(path: string): Mount | null {
    return this.#byPoint.get(path) ?? null;
  }

  has(device: string): boolean {
    return this.#fileSystems.has(device);
  }

  /** The file system of a device in the form of maps; null: the process sees no mount of it. */
  fileSystem(device: string): FileSystem | null {
    return this.#fileSystems.get(device) ?? null;
  }

  #addFileSystem({ device, point, type }: Mount): void {
    const known = this.#fileSystems.get(device);
    this.#fileSystems.set(device, {
      type,
      atDev: point === '/dev' || known?.atDev === true,
      atDevShm: point === '/dev/shm' || known?.atDevShm === true,
    });
  }
}

/** Spaces, tabs, newlines, backslashes and `#` are escaped as three octal digits. */
function unescape(text: string): string {
  return text.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** A user with an own mount namespace may mount 100,000 times, with paths of 4 KiB. */
const MAX_BYTES = 16 * 1024 * 1024;
const READ_BYTES = 64 * 1024;

export class TooManyMounts extends Error {}

/** Reads a mountinfo file. Throws TooManyMounts if it is too long, or the system's error. */
export function readMounts(path: string): Mounts {
  return new Mounts(readMountText(path, MAX_BYTES).toString('latin1'));
}

/**
 * Text of a mountinfo file. The kernel generates it without accessing any file system. Throws TooManyMounts if it is
 * longer than `mostBytes`, or the system's error.
 */
export function readMountText(path: string, mostBytes: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    const chunks: Buffer[] = [];
    for (let length = 0; length <= mostBytes;) {
      beat();
      // The kernel returns one page per read.
      const count = readSync(file, buffer, 0, READ_BYTES, null);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(Buffer.from(buffer.subarray(0, count)));
      length += count;
    }
    throw new TooManyMounts();
  } finally {
    closeSync(file);
  }
}
