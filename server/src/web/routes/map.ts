import { Readable } from 'node:stream';
import { decodeFrame } from '@procmap/shared/codec.ts';
import type { FastifyInstance } from 'fastify';
import { mapJson } from '../map-json.ts';
import { pidOf } from '../pid.ts';
import type { ReaderLink } from '../reader-link.ts';

/** GET /api/processes/:pid/map: the whole address space at this moment. */
export function mapRoute(app: FastifyInstance, reader: ReaderLink): void {
  app.get<{ Params: { pid: string } }>('/api/processes/:pid/map', async (request, reply) => {
    const pid = pidOf(request.params.pid);
    const [system, map] = await Promise.all([reader.ask({ op: 'system' }), reader.ask({ op: 'map', pid, etag: null })]);
    const frame = decodeFrame(map.body);
    if (frame.type !== 'snapshot') throw new Error('the reader sent no snapshot');
    return reply.type('application/json; charset=utf-8').send(Readable.from(mapJson(frame.meta, frame.table, system.head.system)));
  });
}
