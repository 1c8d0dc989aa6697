import { tile } from '../intervals.ts';
import type { KernelHalf } from '../kernel-half.ts';
import { regionParts } from '../kernel-parts.ts';
import { addressDigits, type Layout } from '../layout.ts';
import { regionJson } from './map-json.ts';
import { bytesJson, formatAddress } from '../page.ts';
import { permsText } from '../perms.ts';
import { EMPTY_TABLE } from '../region.ts';

const ROWS_PER_CHUNK = 512;

/**
 * `GET /api/kernel` as text, in chunks: `{source, note, regions, page_tables}`. Regions as in a map, descending.
 * `page_tables` lists the ranges really mapped, `{start, end, size, perms, page_size}`, ascending, or is null where the
 * page tables were not walked. `page_size` in bytes; 0 for a range that was not descended into.
 */
export function* kernelJson(half: KernelHalf, layout: Layout): Generator<string> {
  const intervals = tile(EMPTY_TABLE, layout, regionParts(half, layout));
  const regions = Array.from({ length: intervals.length }, (_, i) => regionJson(intervals, intervals.length - 1 - i)).filter(({ space }) => space === 'kernel');
  yield `${JSON.stringify({ source: half.source, note: half.note, regions }).slice(0, -1)},"page_tables":`;
  yield* rangesJson(half, addressDigits(layout));
  yield '}';
}

function* rangesJson({ ranges }: KernelHalf, digits: number): Generator<string> {
  if (ranges === null) {
    yield 'null';
    return;
  }
  let chunk = '[';
  for (let i = 0; i < ranges.start.length; i++) {
    const start = ranges.start[i] ?? 0;
    const end = ranges.end[i] ?? 0;
    const shift = ranges.shift[i] ?? 0;
    chunk += `${i === 0 ? '' : ','}${JSON.stringify({
      start: formatAddress(start, digits),
      end: formatAddress(end, digits),
      size: bytesJson({ page: end - start, byte: 0 }),
      perms: permsText(ranges.perms[i] ?? 0),
      page_size: shift === 0 ? 0 : 2 ** shift,
    })}`;
    if (i % ROWS_PER_CHUNK === 0) {
      yield chunk;
      chunk = '';
    }
  }
  yield `${chunk}]`;
}
