import { Readable } from 'node:stream';
import { regionsCsv } from '@procmap/shared/output/csv.ts';
import { tile } from '@procmap/shared/intervals.ts';
import { mapJson } from '@procmap/shared/output/map-json.ts';
import type { FastifyInstance } from 'fastify';
import type { AppParts } from './app-parts.ts';
import { askMap } from '../link/ask-map.ts';
import { bySlices } from '../answer/by-slices.ts';
import { sendCsv } from '../answer/csv-reply.ts';
import { pidOf } from '../answer/pid.ts';

/** GET /api/processes/:pid/map, and its CSV form. */
export function mapRoutes(app: FastifyInstance, { reader, kernel }: AppParts): void {
  app.get<{ Params: { pid: string } }>('/api/processes/:pid/map', async (request, reply) => {
    const pid = pidOf(request.params.pid);
    const [system, { meta, table }, half] = await Promise.all([reader.ask({ op: 'system' }), askMap(reader, pid), kernel.current()]);
    return reply.type('application/json; charset=utf-8').send(Readable.from(bySlices(mapJson(meta, table, system.head.system, half))));
  });
  app.get<{ Params: { pid: string } }>('/api/processes/:pid/maps.csv', async (request, reply) => {
    const { meta, table } = await askMap(reader, pidOf(request.params.pid));
    if (meta.cost.torn) reply.header('procmap-torn', 'true');
    return sendCsv(reply, `procmap-${meta.process.pid}-maps.csv`, regionsCsv(tile(table, meta.layout), 'maps'));
  });
}
