import { ByteReader, ByteWriter } from './bytes.ts';
import { crc32 } from './crc.ts';

/** The outside of a .procmap file: its first bytes, and the head of each frame. README.md is the contract. */
const MAGIC = Uint8Array.of(0x89, 0x70, 0x6d, 0x61, 0x70, 0x0d, 0x0a, 0x1a);
export const FORMAT_VERSION = 1;
export const FILE_HEAD_BYTES = 16;
export const FRAME_HEAD_BYTES = 32;

export type FrameType = 'HEAD' | 'WHOL' | 'DIFF' | 'LOOK' | 'EVID' | 'SUMS' | 'FIGS' | 'MARK' | 'KERN' | 'INDX';

interface FrameHead {
  /** Of this version, or any other four letters. */
  readonly type: string;
  /** Bytes of the payload in the file. */
  readonly stored: number;
  /** Bytes of the inflated payload; 0: it is stored as it is. */
  readonly inflated: number;
  /** CRC-32 of the head, with this number as 0, and the stored payload. */
  readonly crc: number;
  /** First and last moment, in ms since 1970. */
  readonly at: number;
  readonly until: number;
}

/** Compression, which Node and browsers offer in different ways. */
export interface Packing {
  readonly deflate: (bytes: Uint8Array) => Promise<Uint8Array>;
  /** Rejects if the result has not exactly this length. */
  readonly inflate: (bytes: Uint8Array, length: number) => Promise<Uint8Array>;
}

export function fileHead(): Uint8Array {
  const writer = new ByteWriter(FILE_HEAD_BYTES);
  writer.bytes(MAGIC);
  writer.u32(FORMAT_VERSION);
  writer.u32(0);
  return writer.done();
}

/** The version of a file; null: it is not a recording of procmap's. */
export function readFileHead(bytes: Uint8Array): number | null {
  if (bytes.length < FILE_HEAD_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) return null;
  const reader = new ByteReader(bytes);
  reader.bytes(MAGIC.length);
  return reader.u32();
}

/** A whole frame. It is stored as it is where deflate gains nothing. */
export async function packFrame(type: FrameType, at: number, until: number, payload: Uint8Array, { deflate }: Packing): Promise<Uint8Array> {
  const packed = await deflate(payload);
  return packed.length < payload.length ? frameOf(type, at, until, packed, payload.length) : storeFrame(type, at, until, payload);
}

/** A whole frame whose payload is stored as it is. */
export function storeFrame(type: FrameType, at: number, until: number, payload: Uint8Array): Uint8Array {
  return frameOf(type, at, until, payload, 0);
}

function frameOf(type: FrameType, at: number, until: number, stored: Uint8Array, inflated: number): Uint8Array {
  const head = { type, stored: stored.length, inflated, at, until };
  const writer = new ByteWriter(FRAME_HEAD_BYTES + stored.length);
  writer.bytes(headBytes({ ...head, crc: crc32(headBytes({ ...head, crc: 0 }), stored) }));
  writer.bytes(stored);
  return writer.done();
}

function headBytes({ type, stored, inflated, crc, at, until }: FrameHead): Uint8Array {
  const writer = new ByteWriter(FRAME_HEAD_BYTES);
  writer.bytes(new TextEncoder().encode(type));
  writer.u32(stored);
  writer.u32(inflated);
  writer.u32(crc);
  writer.f64(at);
  writer.f64(until);
  return writer.done();
}

/** The head at the beginning of `bytes`, which are FRAME_HEAD_BYTES long. */
export function readFrameHead(bytes: Uint8Array): FrameHead {
  const reader = new ByteReader(bytes);
  const type = String.fromCharCode(...reader.bytes(4));
  return { type, stored: reader.u32(), inflated: reader.u32(), crc: reader.u32(), at: reader.f64(), until: reader.f64() };
}

export function isIntact(head: FrameHead, stored: Uint8Array): boolean {
  return crc32(headBytes({ ...head, crc: 0 }), stored) === head.crc;
}

/** Rejects with a RangeError if the frame is damaged. */
export async function unpackPayload(head: FrameHead, stored: Uint8Array, { inflate }: Packing): Promise<Uint8Array> {
  if (!isIntact(head, stored)) throw new RangeError('its checksum is wrong');
  if (head.inflated === 0) return stored;
  try {
    return await inflate(stored, head.inflated);
  } catch {
    throw new RangeError('it cannot be unpacked');
  }
}
