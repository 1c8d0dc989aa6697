import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Packing } from './frames.ts';
import type { Source } from './recording-index.ts';

export const PACKING: Packing = {
  deflate: (bytes) => Promise.resolve(new Uint8Array(deflateRawSync(bytes))),
  inflate: (bytes, length) => {
    const inflated = inflateRawSync(bytes, { maxOutputLength: length });
    return inflated.length === length ? Promise.resolve(new Uint8Array(inflated)) : Promise.reject(new RangeError('of another length'));
  },
};

export function sourceOf(bytes: Uint8Array): Source {
  return { size: bytes.length, read: (offset, length) => Promise.resolve(bytes.slice(offset, offset + length)) };
}
