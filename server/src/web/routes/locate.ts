import { parseByteSize } from '@procmap/shared/byte-size.ts';
import { tile } from '@procmap/shared/intervals.ts';
import { regionParts } from '@procmap/shared/kernel-parts.ts';
import { locate } from '@procmap/shared/places/locate.ts';
import { locateJson } from '@procmap/shared/output/locate-json.ts';
import type { Address, Bytes } from '@procmap/shared/page.ts';
import type { FastifyInstance } from 'fastify';
import type { AppParts } from './app-parts.ts';
import { askUses } from '../uses/ask-uses.ts';
import { processRoute } from '../answer/process-route.ts';
import { addressOf, badRange } from '../answer/range.ts';

/** GET /api/processes/:pid/locate?start=0x..&length_kb=N: the regions that a range of addresses lies in. */
export function locateRoute(app: FastifyInstance, { reader, files, kernel }: AppParts): void {
  processRoute(app, 'locate', async (pid, { query }) => {
    const { start, length } = rangeOf(query);
    const [{ meta, table, uses }, half] = await Promise.all([askUses({ reader, files }, pid), kernel.current()]);
    const intervals = tile(table, meta.layout, regionParts(half, meta.layout));
    const located = locate(intervals, start, length);
    if (located === null) throw badRange(`this range ends beyond the address space, which has ${meta.layout.bits} bits`);
    return locateJson(intervals, located, meta.cost.torn, uses);
  });
}

function rangeOf({ start, length_kb: lengthKb, ...others }: Record<string, unknown>): { start: Address; length: Bytes } {
  if (Object.keys(others).length > 0) throw badRange('ask with start and length_kb only');
  const address = addressOf(start);
  if (address === null) throw badRange('start must be an address in hex, as start=0x7f0000000000');
  const length = typeof lengthKb === 'string' && /^[0-9]{1,17}$/.test(lengthKb) ? parseByteSize(lengthKb) : null;
  if (length === null || (length.page === 0 && length.byte === 0)) throw badRange('length_kb must be a whole number of KB from 1, as length_kb=4');
  return { start: address, length };
}
