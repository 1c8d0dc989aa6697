import type { FastifyInstance } from 'fastify';
import type { AppParts } from './app-parts.ts';

/** GET /api/system: versions, facts about the machine, and what procmap may read there. */
export function systemRoute(app: FastifyInstance, { reader, kernel, version, notes, lingering }: AppParts): void {
  app.get('/api/system', async () => {
    const [{ head }, { source, note }] = await Promise.all([reader.ask({ op: 'system' }), kernel.current()]);
    return { version, node: process.versions.node, ...head.system, kernel_source: source, kernel_note: note, notes, lingering };
  });
}
