import { beat } from '../../../common/beat.ts';
import { read as readCallback } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';

const readAt = promisify(readCallback);

/** The kernel returns a few KiB per read, whatever the size of the buffer. */
const READ_BYTES = 64 * 1024;

export interface WholeFile {
  readonly bytes: Buffer;
  /** The file was longer. */
  readonly isCut: boolean;
}

/** Reads a whole file, or its first `most` bytes, on threads of libuv. Throws the system's error. */
export async function readWhole(path: string, most: number): Promise<WholeFile> {
  const file = await open(path, 'r');
  try {
    return await readToEnd((buffer, offset, length) => file.read(buffer, offset, length, null), most);
  } finally {
    await file.close();
  }
}

/** Like readWhole(), for an open file. Starts at the beginning each time. */
export function readWholeFd(fd: number, most: number): Promise<WholeFile> {
  return readToEnd((buffer, offset, length) => readAt(fd, buffer, offset, length, offset), most);
}

/** Reads from a pipe until its other end is closed. */
export function readPipe(fd: number, most: number): Promise<WholeFile> {
  return readToEnd((buffer, offset, length) => readAt(fd, buffer, offset, length, null), most);
}

type Read = (buffer: Buffer, offset: number, length: number) => Promise<{ readonly bytesRead: number }>;

async function readToEnd(read: Read, most: number): Promise<WholeFile> {
  let buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, most + 1));
  for (let length = 0; ;) {
    const room = Math.min(buffer.length, most + 1) - length;
    const { bytesRead } = await read(buffer, length, room);
    beat();
    length += bytesRead;
    if (length > most) return { bytes: buffer.subarray(0, most), isCut: true };
    if (bytesRead === 0) return { bytes: buffer.subarray(0, length), isCut: false };
    if (length === buffer.length) buffer = Buffer.concat([buffer], 2 * length);
  }
}

/** Text of a small kernel file; null: it cannot be read. */
export async function textOrNull(path: string, most = 1024 * 1024): Promise<string | null> {
  try {
    return (await readWhole(path, most)).bytes.toString('latin1');
  } catch {
    return null;
  }
}
