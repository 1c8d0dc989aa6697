import { breakdown } from '@procmap/shared/use/breakdown/breakdown.ts';
import { breakdownJson } from '@procmap/shared/use/breakdown/breakdown-json.ts';
import type { FastifyInstance } from 'fastify';
import { processRoute } from '../answer/process-route.ts';
import type { Duty } from '../link/duty.ts';
import type { AppParts } from './app-parts.ts';
import { askAllUses } from './all-uses.ts';

/** Figures of status are told only if they are of about the same moment as smaps. */
const SAME_MOMENT_MS = 1000;

/** GET /api/processes/:pid/breakdown: where the memory goes, a row for each use. No HEAD: it would cost as much. */
export function breakdownRoute(app: FastifyInstance, { memories, ...parts }: Pick<AppParts, 'reader' | 'files' | 'memories'>, duty: Duty): void {
  const answer = async (asked: number): Promise<unknown> => {
    const { uses, meta, smaps } = await askAllUses(parts, duty, asked);
    const { pid, comm } = meta.process;
    const memory = await memories.get(pid).catch(() => null);
    const isFresh = memory !== null && memories.ageMs(memory) < SAME_MOMENT_MS;
    return breakdownJson(breakdown(uses, smaps.figures), {
      pid,
      comm,
      taken_at: new Date(smaps.takenAt).toISOString(),
      status_rss_kb: isFresh ? memory.rss_kb : null,
      status_vsz_kb: isFresh ? memory.vsz_kb : null,
      torn: smaps.torn,
    });
  };
  processRoute(app, 'breakdown', answer, { exposeHeadRoute: false });
}
