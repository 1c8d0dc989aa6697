import { addressDigits } from '@procmap/shared/layout.ts';
import { END_PAGE_64, formatAddress, MAX_PAGES } from '@procmap/shared/page.ts';
import { type PagesJson, pageCounts } from '@procmap/shared/output/pages-json.ts';
import type { FastifyInstance } from 'fastify';
import type { Duty } from '../link/duty.ts';
import { type ProcessRequest, processRoute } from '../answer/process-route.ts';
import { badRange, pageOf } from '../answer/range.ts';
import { withDuty } from '../answer/with-duty.ts';
import type { ReaderLink } from '../link/reader-link.ts';

const MIN_REST_MS = 50;

/** GET /api/processes/:pid/pages?start=0x..&count=N: states of N pages, from pagemap. */
export function pagesRoute(app: FastifyInstance, reader: ReaderLink, duty: Duty): void {
  const answer = async (asked: number, { query }: ProcessRequest): Promise<PagesJson> => {
    const { startPage, count } = rangeOf(query);
    // The process of a thread: see smaps.ts.
    const { pid } = (await reader.ask({ op: 'leader', pid: asked })).head;
    return withDuty(duty, { pid, what: 'pages', restMs: MIN_REST_MS }, async () => {
      const [{ head, body }, system] = await Promise.all([reader.ask({ op: 'pages', pid, startPage, count }), reader.ask({ op: 'system' })]);
      const { comm, takenAt, cost, ...told } = head;
      const { layout } = system.head;
      const pages = {
        pid,
        comm,
        start: formatAddress(startPage, layout === null ? undefined : addressDigits(layout)),
        count,
        taken_at: new Date(takenAt).toISOString(),
        counts: pageCounts(body, told),
        states: Buffer.from(body).toString('base64'),
        cost,
      };
      return { answer: pages, tookMs: cost.ms };
    });
  };
  processRoute(app, 'pages', answer, { exposeHeadRoute: false });
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
