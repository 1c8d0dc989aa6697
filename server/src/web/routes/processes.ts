import type { FastifyInstance } from 'fastify';
import type { ReaderLink } from '../reader-link.ts';

/** GET /api/processes: every process that can be seen, ascending by pid. */
export function processesRoute(app: FastifyInstance, reader: ReaderLink): void {
  app.get('/api/processes', async () => {
    const { head } = await reader.ask({ op: 'processes' });
    return head.processes;
  });
}
