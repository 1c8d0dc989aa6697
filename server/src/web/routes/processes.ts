import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { bySlices } from '../answer/by-slices.ts';
import { pidOf } from '../answer/pid.ts';
import { processesJson } from '../answer/processes-json.ts';
import { ReaderFault } from '../link/reader-fault.ts';
import type { ReaderLink } from '../link/reader-link.ts';

/** GET /api/processes: all visible processes in ascending order of their ids. */
export function processesRoute(app: FastifyInstance, reader: ReaderLink): void {
  app.get('/api/processes', async (_, reply) => {
    const { head } = await reader.ask({ op: 'processes' });
    return reply.type('application/json; charset=utf-8').send(Readable.from(bySlices(processesJson(head.processes))));
  });
}

/**
 * GET /api/threads/:tid: the process of a thread; `pid` is null if there is no such thread. The first thread has the id
 * of its process. The list of processes has no threads: they would make it ten times as expensive to read.
 */
export function threadRoute(app: FastifyInstance, reader: ReaderLink): void {
  app.get<{ Params: { tid: string } }>('/api/threads/:tid', async (request) => {
    const tid = pidOf(request.params.tid);
    try {
      const { head } = await reader.ask({ op: 'leader', pid: tid });
      return { tid, pid: head.pid };
    } catch (error) {
      // Here, the absence of a thread is an answer, not an error.
      if (error instanceof ReaderFault && ['not_found', 'exited'].includes(error.word)) return { tid, pid: null };
      throw error;
    }
  });
}
