import { parseAddress } from '@procmap/shared/page.ts';

/** The stack of a thread. */
interface ThreadStack {
  /** Pages [start, end). */
  readonly startPage: number;
  readonly endPage: number;
  /** How much of it is in memory: as deep as it was ever used. In KiB; null: not known. */
  readonly residentKb: number | null;
  /** Bytes of the guard below it; 0: it has none; null: not known. */
  readonly guardBytes: number | null;
}

/** One thread of a process. Texts are escaped. */
export interface Thread {
  readonly tid: number;
  readonly comm: string;
  /** As ps(1) prints it. */
  readonly state: string;
  /** null: not found. */
  readonly stack: ThreadStack | null;
  /** By what the stack was found, or why it was not. */
  readonly evidence: string;
}

/** The answer of `GET /api/processes/:pid/threads`; null if it is none. */
export function threadsOf(body: unknown): readonly Thread[] | null {
  if (!Array.isArray(body)) return null;
  const threads = body.map(threadOf);
  return threads.every((thread) => thread !== null) ? threads : null;
}

function threadOf(json: unknown): Thread | null {
  if (!isRecord(json)) return null;
  const { tid, comm, state, evidence } = json;
  const stack = json['stack'] === null ? null : stackOf(json['stack']);
  if (typeof tid !== 'number' || typeof comm !== 'string' || typeof state !== 'string' || stack === undefined) return null;
  return { tid, comm, state, stack, evidence: typeof evidence === 'string' ? evidence : '' };
}

/** undefined: it is none. */
function stackOf(json: unknown): ThreadStack | undefined {
  if (!isRecord(json)) return undefined;
  const { start, end, resident_kb: residentKb, guard: guardBytes } = json;
  const bounds = [start, end].map((text) => (typeof text === 'string' ? (parseAddress(text)?.page ?? null) : null));
  const [startPage = null, endPage = null] = bounds;
  if (startPage === null || endPage === null || !isAmount(residentKb) || !isAmount(guardBytes)) return undefined;
  return { startPage, endPage, residentKb, guardBytes };
}

function isAmount(value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && value >= 0);
}

function isRecord(value: unknown): value is Partial<Readonly<Record<string, unknown>>> {
  return typeof value === 'object' && value !== null;
}
