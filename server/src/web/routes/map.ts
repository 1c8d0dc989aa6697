import { Readable } from 'node:stream';
import { decodeFrame, type Frame } from '@procmap/shared/codec.ts';
import { regionsCsv } from '@procmap/shared/csv.ts';
import { tile } from '@procmap/shared/intervals.ts';
import { mapJson } from '@procmap/shared/map-json.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { AppParts } from '../app.ts';
import { noteFrame } from '../garbage.ts';
import { pidOf } from '../pid.ts';
import type { ReaderLink } from '../reader-link.ts';

/** The whole address space of a process at this moment. */
export async function askMap(reader: ReaderLink, pid: number): Promise<Extract<Frame, { type: 'snapshot' }>> {
  const { body } = await reader.ask({ op: 'map', pid, etag: null });
  noteFrame(body.length);
  const frame = decodeFrame(body);
  if (frame.type !== 'snapshot') throw new Error('the reader sent no snapshot');
  return frame;
}

/** GET /api/processes/:pid/map, and the same as CSV. */
export function mapRoutes(app: FastifyInstance, { reader, kernel }: AppParts): void {
  app.get<{ Params: { pid: string } }>('/api/processes/:pid/map', async (request, reply) => {
    const pid = pidOf(request.params.pid);
    const [system, { meta, table }, half] = await Promise.all([reader.ask({ op: 'system' }), askMap(reader, pid), kernel.current()]);
    return reply.type('application/json; charset=utf-8').send(Readable.from(mapJson(meta, table, system.head.system, half)));
  });
  app.get<{ Params: { pid: string } }>('/api/processes/:pid/maps.csv', async (request, reply) => {
    const { meta, table } = await askMap(reader, pidOf(request.params.pid));
    if (meta.cost.torn) reply.header('procmap-torn', 'true');
    return sendCsv(reply, `procmap-${meta.process.pid}-maps.csv`, regionsCsv(tile(table, meta.layout), 'maps'));
  });
}

/** The name is ours and not the process's, whose name may hold anything. */
export function sendCsv(reply: FastifyReply, fileName: string, chunks: Generator<string>): FastifyReply {
  return reply.type('text/csv; charset=utf-8; header=present').header('content-disposition', `attachment; filename="${fileName}"`).send(Readable.from(chunks));
}
