import type { FastifyInstance } from 'fastify';
import { KERNEL_HALF } from '@procmap/shared/kernel-half.ts';
import type { ReaderLink } from '../reader-link.ts';

/** GET /api/system: of which versions all is, on what machine, and what procmap may read there. */
export function systemRoute(app: FastifyInstance, reader: ReaderLink, version: string): void {
  app.get('/api/system', async () => {
    const { head } = await reader.ask({ op: 'system' });
    return { version, node: process.versions.node, ...head.system, kernel_source: KERNEL_HALF.source, kernel_note: KERNEL_HALF.note };
  });
}
