import { closeSync, openSync, readSync } from 'node:fs';
import { MINOR_BITS, MINOR_MASK } from '@procmap/shared/region.ts';
import { beat } from '../../../common/beat.ts';

/** A mount, as a line of /proc/PID/mountinfo (proc(5)) has it. */
export interface Mount {
  readonly id: number;
  /** `major:minor` of its file system, decimal: what maps says of its files, also where stat(2) says another (btrfs). */
  readonly device: string;
  /** Below the root of that process; bytes as characters. */
  readonly point: string;
  /** `ext4`, `fuse.sshfs`: of a file system in user space its maker chooses the second word. */
  readonly type: string;
}

/** A device as Mount has it, of one as a row of a table has it. */
export function deviceOfMount(device: number): string {
  return `${device >>> MINOR_BITS}:${device & MINOR_MASK}`;
}

/** What lies on a device, wherever it is mounted. */
export interface FileSystem {
  readonly type: string;
  /** It is mounted there, among other places. */
  readonly atDev: boolean;
  readonly atDevShm: boolean;
}

/** All mounts that a process sees. The file system's type comes from here: statfs(2) would ask the file system. */
export class Mounts {
  readonly #byId = new Map<number, Mount>();
  /** Of several at one point the last one: it covers the others. */
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

  /** What is mounted at this very path. */
  at(path: string): Mount | null {
    return this.#byPoint.get(path) ?? null;
  }

  has(device: string): boolean {
    return this.#fileSystems.has(device);
  }

  /** Of a device as maps tells it; null: it is mounted nowhere that the process sees. */
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

/** Spaces, tabs, newlines, backslashes and `#` stand there as three octal digits. */
function unescape(text: string): string {
  return text.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** Who has a mount namespace of his own may mount 100,000 times, with paths of 4 KiB. */
const MAX_BYTES = 16 * 1024 * 1024;
const READ_BYTES = 64 * 1024;

export class TooManyMounts extends Error {}

/** Of a file mountinfo. Throws TooManyMounts where it is longer than what is read of it, or the system's error. */
export function readMounts(path: string): Mounts {
  return new Mounts(readMountText(path, MAX_BYTES).toString('latin1'));
}

/** The text of a file mountinfo, which the kernel has at hand: no file system is asked. Throws TooManyMounts where it is longer than that, or the system's error. */
export function readMountText(path: string, mostBytes: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    const chunks: Buffer[] = [];
    for (let length = 0; length <= mostBytes;) {
      beat();
      // The kernel gives a page at a time.
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
