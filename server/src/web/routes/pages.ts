import { addressDigits } from '@procmap/shared/layout.ts';
import { END_PAGE_64, formatAddress } from '@procmap/shared/page.ts';
import { type PagesJson, pageCounts } from '@procmap/shared/output/pages-json.ts';
import type { FastifyInstance } from 'fastify';
import { MAX_PAGES } from '../../reader/protocol/protocol.ts';
import { tooSoon } from '../answer/api-error.ts';
import type { Duty } from '../link/duty.ts';
import { pidOf } from '../answer/pid.ts';
import { badRange, pageOf } from '../answer/range.ts';
import type { ReaderLink } from '../link/reader-link.ts';

const MIN_REST_MS = 50;

/** GET /api/processes/:pid/pages?start=0x..&count=N: what is in memory of N pages, from pagemap. */
export function pagesRoute(app: FastifyInstance, reader: ReaderLink, duty: Duty): void {
  app.get<{ Params: { pid: string }; Querystring: Record<string, unknown> }>(
    '/api/processes/:pid/pages',
    { exposeHeadRoute: false },
    async (request): Promise<PagesJson> => {
      const asked = pidOf(request.params.pid);
      const { startPage, count } = rangeOf(request.query);
      // See smaps.ts.
      const { pid } = (await reader.ask({ op: 'leader', pid: asked })).head;
      const waitMs = duty.begin(pid, performance.now());
      if (waitMs > 0) throw tooSoon(waitMs, `pages of process ${pid}`);
      const began = performance.now();
      let tookMs: number | null = null;
      try {
        const [answer, system] = await Promise.all([reader.ask({ op: 'pages', pid, startPage, count }), reader.ask({ op: 'system' })]);
        const { comm, takenAt, cost, ...told } = answer.head;
        const { layout } = system.head;
        tookMs = cost.ms;
        return {
          pid,
          comm,
          start: formatAddress(startPage, layout === null ? undefined : addressDigits(layout)),
          count,
          taken_at: new Date(takenAt).toISOString(),
          counts: pageCounts(answer.body, told),
          states: Buffer.from(answer.body).toString('base64'),
          cost,
        };
      } finally {
        // One that failed may have cost as much.
        duty.end(pid, tookMs ?? performance.now() - began, MIN_REST_MS, performance.now());
      }
    },
  );
}

function rangeOf({ start, count: countText, ...others }: Record<string, unknown>): { startPage: number; count: number } {
  if (Object.keys(others).length > 0) throw badRange('ask with start and count only');
  const startPage = pageOf(start);
  if (startPage === null) throw badRange('start must be the address of a page in hex, as start=0x7f0000000000');
  const count = typeof countText === 'string' && /^[1-9][0-9]{0,5}$/.test(countText) ? Number(countText) : NaN;
  if (!(count <= MAX_PAGES)) throw badRange(`count must be a whole number of pages from 1 to ${MAX_PAGES}`);
  if (startPage + count > END_PAGE_64) throw badRange('these pages end beyond the last address');
  return { startPage, count };
}
