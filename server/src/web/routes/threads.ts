import { Readable } from 'node:stream';
import { addressDigits } from '@procmap/shared/layout.ts';
import { formatAddress, PAGE_SIZE } from '@procmap/shared/page.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { apiError, ApiFault } from '../answer/api-error.ts';
import { bySlices } from '../answer/by-slices.ts';
import { processRoute } from '../answer/process-route.ts';
import { withDuty } from '../answer/with-duty.ts';
import type { Duty } from '../link/duty.ts';
import { type AskedFigures, askFigures, FIGURES_REST_MS } from '../uses/ask-figures.ts';
import { askUses, type Readers } from '../uses/ask-uses.ts';
import { askStackMemory, type StackMemory } from '../uses/stack-memory.ts';
import { type ThreadRow, threadRows } from '../uses/thread-rows.ts';
import type { AppParts } from './app-parts.ts';

interface AskedThreads {
  readonly rows: readonly ThreadRow[];
  /** Hex digits of an address. */
  readonly digits: number;
  readonly memory: StackMemory;
}

const NO_MEMORY: StackMemory = { residentKb: new Map(), tookMs: 0 };
const ROWS_PER_CHUNK = 256;
/** All threads are in the first answer, if that suffices: it does for tens of thousands, also on a busy machine. */
const MOST_LOOKS_MS = 20_000;

/**
 * GET /api/processes/:pid/threads[?figures=yes]: threads, their states and stacks. With figures, smaps is read, and the
 * process rests afterwards. No HEAD: it would cost as much.
 */
export function threadsRoute(app: FastifyInstance, { reader, files }: Pick<AppParts, 'reader' | 'files'>, duty: Duty): void {
  const readers = { reader, files };
  const withFigures = (pid: number, signal: AbortSignal): Promise<AskedThreads> =>
    withDuty(duty, { pid, what: 'figures', restMs: FIGURES_REST_MS }, async () => {
      const smaps = await askFigures(reader, pid);
      const answer = await askThreads(readers, pid, smaps, signal);
      return { answer, tookMs: smaps.tookMs + answer.memory.tookMs };
    });
  processRoute(
    app,
    'threads',
    async (asked, { query }, reply): Promise<FastifyReply> => {
      const readsFigures = figuresOf(query);
      // The process of a thread: see smaps.ts.
      const { pid } = (await reader.ask({ op: 'leader', pid: asked })).head;
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const threads = await (readsFigures ? withFigures(pid, gone.signal) : askThreads(readers, pid, null, gone.signal));
      return reply.type('application/json; charset=utf-8').send(Readable.from(bySlices(threadsJson(threads))));
    },
    { exposeHeadRoute: false },
  );
}

function figuresOf({ figures, ...others }: Readonly<Record<string, unknown>>): boolean {
  if (Object.keys(others).length > 0 || (figures !== undefined && figures !== 'yes'))
    throw new ApiFault(apiError(400, 'bad_figures', 'ask with figures=yes, or with nothing'));
  return figures === 'yes';
}

/** `signal`: aborted when the client is gone. */
async function askThreads(readers: Readers, pid: number, smaps: AskedFigures | null, signal: AbortSignal): Promise<AskedThreads> {
  const { reader } = readers;
  const states = (await reader.ask({ op: 'threads', pid })).head.threads;
  const asked = await askUses(readers, pid, { smaps, looks: { complete: 3, mostMs: MOST_LOOKS_MS, signal } });
  const rows = threadRows(states, { ...asked, pid: asked.meta.process.pid, threads: asked.evidence.threads });
  const stacks = rows.flatMap(({ stack }) => stack ?? []);
  const memory = smaps === null ? NO_MEMORY : await askStackMemory(reader, pid, stacks, { table: asked.table, figures: smaps.figures });
  return { rows, digits: addressDigits(asked.meta.layout), memory };
}

function* threadsJson({ rows, digits, memory }: AskedThreads): Generator<string> {
  yield '[';
  for (let at = 0; at < rows.length; at += ROWS_PER_CHUNK) {
    const chunk = rows.slice(at, at + ROWS_PER_CHUNK).map((row) => JSON.stringify(rowJson(row, digits, memory)));
    yield (at === 0 ? '' : ',') + chunk.join(',');
  }
  yield ']';
}

function rowJson({ tid, comm, state, stack, evidence }: ThreadRow, digits: number, { residentKb }: StackMemory): object {
  if (stack === null) return { tid, comm, state, stack, evidence };
  const { start, end, guardPages } = stack;
  const told = {
    start: formatAddress(start, digits),
    end: formatAddress(end, digits),
    size: (end - start) * PAGE_SIZE,
    resident_kb: residentKb.get(start) ?? null,
    guard: guardPages === null ? null : guardPages * PAGE_SIZE,
  };
  return { tid, comm, state, stack: told, evidence };
}
