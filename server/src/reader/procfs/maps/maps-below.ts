import { hexEnd, pageValue } from './fields.ts';
import type { Enough } from './text-buffer.ts';

const NEWLINE = 0x0a;

/** Stops reading maps after all mappings below this page: the last complete line begins there or above. */
export function mapsBelow(endPage: number): Enough {
  return (bytes, length) => {
    const end = bytes.subarray(0, length).lastIndexOf(NEWLINE);
    if (end < 0) return -1;
    const line = end === 0 ? 0 : bytes.lastIndexOf(NEWLINE, end - 1) + 1;
    return pageValue(bytes, line, hexEnd(bytes, line)) >= endPage ? end + 1 : -1;
  };
}
