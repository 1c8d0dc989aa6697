import { Readable } from 'node:stream';
import { regionsCsv } from '@procmap/shared/output/csv.ts';
import { tile } from '@procmap/shared/intervals.ts';
import { mapJson } from '@procmap/shared/output/map-json.ts';
import type { FastifyInstance } from 'fastify';
import type { AppParts } from './app-parts.ts';
import type { Duty } from '../link/duty.ts';
import { apiError, ApiFault } from '../answer/api-error.ts';
import { type AskedUses, askUses, type UsesRead } from '../uses/ask-uses.ts';
import { askAllUses } from './all-uses.ts';
import { bySlices } from '../answer/by-slices.ts';
import { sendCsv } from '../answer/csv-reply.ts';
import { processRoute } from '../answer/process-route.ts';

/**
 * GET /api/processes/:pid/map[?uses=all], and its CSV form. What mappings are for is told by cheap evidence; with
 * `uses=all` smaps is read, too.
 */
export function mapRoutes(app: FastifyInstance, { reader, files, kernel }: AppParts, duty: Duty): void {
  const readers = { reader, files };
  const ask = (pid: number, read: UsesRead): Promise<AskedUses> => (read === 'all' ? askAllUses(readers, duty, pid) : askUses(readers, pid));
  processRoute(app, 'map', async (pid, { query }, reply) => {
    const read = usesOf(query);
    const [system, { meta, table, uses, smaps }, half] = await Promise.all([reader.ask({ op: 'system' }), ask(pid, read), kernel.current()]);
    const more = { uses: { read, age_ms: smaps === null ? 0 : Math.max(0, meta.takenAt - smaps.takenAt) } };
    return reply.type('application/json; charset=utf-8').send(Readable.from(bySlices(mapJson(meta, table, system.head.system, half, { uses, more }))));
  });
  processRoute(app, 'maps.csv', async (pid, { query }, reply) => {
    const { meta, table, uses } = await ask(pid, usesOf(query));
    if (meta.cost.torn) reply.header('procmap-torn', 'true');
    return sendCsv(reply, `procmap-${meta.process.pid}-maps.csv`, regionsCsv(tile(table, meta.layout), 'maps', uses));
  });
}

function usesOf({ uses = 'cheap' }: Readonly<Record<string, unknown>>): UsesRead {
  if (uses !== 'cheap' && uses !== 'all') throw new ApiFault(apiError(400, 'bad_uses', 'uses must be cheap or all'));
  return uses;
}
