import { addressDigits } from '@procmap/shared/layout.ts';
import { END_PAGE_64 } from '@procmap/shared/page.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { PATIENCE_MS } from '../answer/answer-times.ts';
import { type ProcessRequest, processRoute } from '../answer/process-route.ts';
import { badRange, endPageOf, pageOf } from '../answer/range.ts';
import { withDuty } from '../answer/with-duty.ts';
import type { Duty } from '../link/duty.ts';
import type { ReaderLink } from '../link/reader-link.ts';
import { SmapsReply } from './smaps-reply.ts';

const MIN_REST_MS = 250;
/** Maximum total time to wait for a client: meanwhile, nobody else can read the process. */
const MAX_WAIT_MS = 30_000;

/**
 * GET /api/processes/:pid/smaps[?start=0x..&end=0x..]: memory figures of each mapping. Rows are sent as they are read:
 * nothing is buffered for a slow client, and one that is too slow is dropped. No HEAD: it would cost as much.
 */
export function smapsRoute(app: FastifyInstance, reader: ReaderLink, duty: Duty, mostWaitMs = MAX_WAIT_MS): void {
  const options = { exposeHeadRoute: false, config: { paced: true } };
  const answer = async (asked: number, { query }: ProcessRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const range = rangeOf(query);
    // Threads share one address space, so it is the process that rests, whichever thread is given.
    const { pid } = (await reader.ask({ op: 'leader', pid: asked })).head;
    const { layout } = (await reader.ask({ op: 'system' })).head;
    const smaps = new SmapsReply(pid, layout === null ? 16 : addressDigits(layout), mostWaitMs);
    const done = withDuty(duty, { pid, what: 'figures', restMs: MIN_REST_MS }, async () => {
      const tookMs = await smaps.read(reader, range);
      // The rest is on its way, with the same time limit as any other answer.
      reply.raw.setTimeout(PATIENCE_MS, () => reply.raw.destroy());
      return { answer: smaps.begun, tookMs };
    });
    // The stream begins long before the read is done, unless the read is refused.
    return reply.type('application/json; charset=utf-8').send(await Promise.race([smaps.begun, done]));
  };
  processRoute(app, 'smaps', answer, options);
}

function rangeOf({ start = '0x0', end = '0x10000000000000000', ...others }: Record<string, unknown>): { startPage: number; endPage: number } {
  if (Object.keys(others).length > 0) throw badRange('ask with start and end only, or with none');
  const startPage = pageOf(start);
  const endPage = endPageOf(end);
  if (startPage === null || endPage === null) throw badRange('start and end must be addresses of pages in hex, as start=0x7f0000000000');
  if (endPage <= startPage || endPage > END_PAGE_64) throw badRange('end must be above start');
  return { startPage, endPage };
}
