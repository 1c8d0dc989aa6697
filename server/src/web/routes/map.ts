import { Readable } from 'node:stream';
import { regionsCsv } from '@procmap/shared/output/csv.ts';
import { tile } from '@procmap/shared/intervals.ts';
import { mapJson } from '@procmap/shared/output/map-json.ts';
import type { FastifyInstance } from 'fastify';
import type { AppParts } from './app-parts.ts';
import { askMap } from '../link/ask-map.ts';
import { bySlices } from '../answer/by-slices.ts';
import { sendCsv } from '../answer/csv-reply.ts';
import { processRoute } from '../answer/process-route.ts';

/** GET /api/processes/:pid/map, and its CSV form. */
export function mapRoutes(app: FastifyInstance, { reader, kernel }: AppParts): void {
  processRoute(app, 'map', async (pid, _, reply) => {
    const [system, { meta, table }, half] = await Promise.all([reader.ask({ op: 'system' }), askMap(reader, pid), kernel.current()]);
    return reply.type('application/json; charset=utf-8').send(Readable.from(bySlices(mapJson(meta, table, system.head.system, half))));
  });
  processRoute(app, 'maps.csv', async (pid, _, reply) => {
    const { meta, table } = await askMap(reader, pid);
    if (meta.cost.torn) reply.header('procmap-torn', 'true');
    return sendCsv(reply, `procmap-${meta.process.pid}-maps.csv`, regionsCsv(tile(table, meta.layout), 'maps'));
  });
}
