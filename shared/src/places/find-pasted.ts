import type { Intervals } from '../intervals.ts';
import { readPastedPlace } from './pasted-place.ts';
import { placeInMap } from './place-in-map.ts';
import type { AddressQuery } from './address-query.ts';

/**
 * Finds a place from a crash log, a kernel message or a debugger in this map; null where the text is not one. A place
 * in a file is looked up by the file's name, since the crashed process had the file at another address. The address
 * itself counts only where no such file is mapped.
 */
export function findPasted(typed: string, intervals: Intervals): AddressQuery | { readonly problem: string; readonly place: 'none' | 'several' } | null {
  const place = readPastedPlace(typed);
  if (place === null) return null;
  const { address, length, inFile } = place;
  const found = inFile === null ? null : placeInMap(inFile, address, intervals.table);
  if (found !== null && 'at' in found) return { type: 'address', start: found.at, length: null };
  if (address !== null && found?.isMapped !== true) return { type: 'address', start: address, length };
  return { problem: found?.problem ?? 'This is not a place in a file.', place: found?.several === true ? 'several' : 'none' };
}
