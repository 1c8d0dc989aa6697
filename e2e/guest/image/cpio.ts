/** An entry of an archive that the kernel unpacks as its first root. A folder comes before its contents. */
export interface CpioEntry {
  readonly path: string;
  /** Includes the file type: 0o040755 is a folder, 0o100644 a file, 0o020600 a character device. */
  readonly mode: number;
  readonly content?: Uint8Array;
  /** Major and minor number. */
  readonly device?: readonly [number, number];
}

const ALIGNMENT = 4;

/** Writes the "newc" format of Documentation/driver-api/early-userspace/buffer-format.rst. */
export function cpio(entries: readonly CpioEntry[]): Buffer {
  const parts = entries.flatMap((entry, index) => encode(entry, index + 1));
  return Buffer.concat([...parts, ...encode({ path: 'TRAILER!!!', mode: 0 }, 0)]);
}

function encode({ path, mode, content = new Uint8Array(), device = [0, 0] }: CpioEntry, inode: number): Uint8Array[] {
  const name = Buffer.from(`${path}\0`);
  const links = 1;
  // Fields: inode, mode, uid, gid, links, mtime, size, device of the file system, device of the node, size of the name,
  // checksum.
  const fields = [inode, mode, 0, 0, links, 0, content.length, 0, 0, ...device, name.length, 0];
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
  return [header, name, padding(header.length + name.length), content, padding(content.length)];
}

function padding(length: number): Uint8Array {
  return new Uint8Array((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT);
}
