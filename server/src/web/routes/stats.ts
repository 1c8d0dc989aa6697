import { tile } from '@procmap/shared/intervals.ts';
import { regionParts } from '@procmap/shared/kernel-parts.ts';
import { statistics } from '@procmap/shared/figures/statistics.ts';
import { summarise } from '@procmap/shared/figures/summary.ts';
import type { FastifyInstance } from 'fastify';
import type { AppParts } from './app-parts.ts';
import { askMap } from '../link/ask-map.ts';
import { processRoute } from '../answer/process-route.ts';

/**
 * GET /api/processes/:pid/stats: figures of its address space, and those of ps(1) and smem(8). GET .../program: its
 * program.
 */
export function statsRoutes(app: FastifyInstance, { reader, files, memories, kernel }: AppParts): void {
  processRoute(app, 'stats', async (pid) => {
    const [{ meta, table }, half] = await Promise.all([askMap(reader, pid), kernel.current()]);
    const memory = await memories.get(pid);
    return statistics(meta, summarise(tile(table, meta.layout, regionParts(half, meta.layout))), memory);
  });
  processRoute(app, 'program', async (pid) => (await files.ask({ op: 'program', pid })).head.program);
}
