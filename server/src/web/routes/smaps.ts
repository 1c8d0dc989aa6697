import { addressDigits } from '@procmap/shared/layout.ts';
import { END_PAGE_64 } from '@procmap/shared/page.ts';
import { smapsJsonBegin, smapsJsonEnd, smapsJsonRows } from '@procmap/shared/output/smaps-json.ts';
import type { FastifyInstance } from 'fastify';
import { PassThrough } from 'node:stream';
import { PATIENCE_MS } from '../answer/answer-times.ts';
import { apiError, ApiFault, tooSoon } from '../answer/api-error.ts';
import type { Duty } from '../link/duty.ts';
import { apiErrorOf } from '../answer/faults.ts';
import { pidOf } from '../answer/pid.ts';
import { badRange, endPageOf, pageOf } from '../answer/range.ts';
import type { Part } from '../link/reader-asks.ts';
import type { ReaderLink } from '../link/reader-link.ts';
import { drained } from '../answer/drained.ts';

const MIN_REST_MS = 250;
/** For how long a client may be waited for, in all: nobody else can ask for the process meanwhile. */
const MAX_WAIT_MS = 30_000;
const TOO_SLOW = apiError(408, 'too_slow', 'the figures were read too slowly while others waited; ask for a smaller range with start and end');

/**
 * GET /api/processes/:pid/smaps[?start=0x..&end=0x..]: what each mapping has in memory. It is sent as it is read, and no faster: nothing is kept for a slow
 * client, and one that is too slow is left. No HEAD: it would cost as much.
 */
export function smapsRoute(app: FastifyInstance, reader: ReaderLink, duty: Duty, mostWaitMs = MAX_WAIT_MS): void {
  app.get<{ Params: { pid: string }; Querystring: Record<string, unknown> }>(
    '/api/processes/:pid/smaps',
    { exposeHeadRoute: false, config: { paced: true } },
    async (request, reply) => {
      const asked = pidOf(request.params.pid);
      const range = rangeOf(request.query);
      // Threads have one address space: it is the process that is held up, by whatever number it is asked for.
      const { pid } = (await reader.ask({ op: 'leader', pid: asked })).head;
      const { layout } = (await reader.ask({ op: 'system' })).head;
      const digits = layout === null ? 16 : addressDigits(layout);
      const waitMs = duty.begin(pid, performance.now());
      if (waitMs > 0) throw tooSoon(waitMs, `figures of process ${pid}`);

      const out = new PassThrough();
      const abort = new AbortController();
      out.on('close', () => abort.abort());
      const flagSets: string[] = [];
      let isBegun = false;
      let hasRows = false;
      const begun = Promise.withResolvers<null>();
      /** null: it waits for who takes it. */
      let began: number | null = performance.now();
      let tookMs = 0;
      let waitedMs = 0;
      let slow: ApiFault | null = null;
      const room = async (): Promise<void> => {
        const since = performance.now();
        if (!(await drained(out, Math.min(PATIENCE_MS, mostWaitMs - waitedMs)))) {
          slow = new ApiFault(TOO_SLOW);
          abort.abort();
        }
        waitedMs += performance.now() - since;
      };
      const begin = (comm: string, takenAt: number): void => {
        if (isBegun) return;
        isBegun = true;
        out.write(smapsJsonBegin(pid, comm, takenAt));
        begun.resolve(null);
      };
      const take = async (part: Part, body: Uint8Array): Promise<void> => {
        tookMs += performance.now() - (began ?? performance.now());
        began = null;
        begin(part.comm, part.takenAt);
        flagSets.push(...part.flagSets);
        const cells = new Float64Array(body.buffer, body.byteOffset, body.byteLength / Float64Array.BYTES_PER_ELEMENT);
        const text = smapsJsonRows(cells, flagSets, !hasRows, digits);
        hasRows ||= text !== '';
        if (!out.write(text)) await room();
        began = performance.now();
      };
      reader
        .askParts({ op: 'smaps', pid, ...range }, { take, signal: abort.signal })
        .then(({ head: { comm, takenAt, torn, cost } }) => {
          begin(comm, takenAt);
          tookMs = cost.ms;
          out.end(smapsJsonEnd({ torn, cost }));
        })
        .catch((error: unknown) => {
          tookMs += performance.now() - (began ?? performance.now());
          // Nobody hears it where it has begun to be sent, but as its end.
          begun.reject(error);
          out.end(smapsJsonEnd({ error: apiErrorOf(slow ?? error).body }));
        })
        .finally(() => {
          // What is left is under way: it is not waited for longer than any other answer.
          reply.raw.setTimeout(PATIENCE_MS, () => reply.raw.destroy());
          duty.end(pid, tookMs, MIN_REST_MS, performance.now());
        });
      await begun.promise;
      return reply.type('application/json; charset=utf-8').send(out);
    },
  );
}

function rangeOf({ start = '0x0', end = '0x10000000000000000', ...others }: Record<string, unknown>): { startPage: number; endPage: number } {
  if (Object.keys(others).length > 0) throw badRange('ask with start and end only, or with none');
  const startPage = pageOf(start);
  const endPage = endPageOf(end);
  if (startPage === null || endPage === null) throw badRange('start and end must be addresses of pages in hex, as start=0x7f0000000000');
  if (endPage <= startPage || endPage > END_PAGE_64) throw badRange('end must be above start');
  return { startPage, endPage };
}
