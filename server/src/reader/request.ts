import { MOST_PID } from '@procmap/shared/pid.ts';
import type { AsideRequest, ReaderRequest } from './protocol.ts';

const MOST_ETAG = 64;
const BAD_ETAG = 'etag must be null or one that the reader gave';

/** Checks what came over the stream; a sentence when it is no request. */
export function parseRequest(head: unknown): ReaderRequest | string {
  if (typeof head !== 'object' || head === null || !('id' in head) || !('op' in head)) return 'a request has an id and an op';
  const { id, op } = head;
  if (!isId(id)) return 'id must be a whole number from 0';
  if (op === 'processes' || op === 'system') return { id, op };
  const etag = 'etag' in head ? head.etag : undefined;
  if (op === 'kernel') return isEtag(etag) ? { id, op, etag } : BAD_ETAG;
  if (op !== 'map' && op !== 'forget' && op !== 'memory' && op !== 'program') return 'op must be processes, system, kernel, map, memory, program or forget';
  const pid = 'pid' in head ? head.pid : undefined;
  if (isId(pid) && pid > MOST_PID) return `there is no process ${pid}: the largest number is ${MOST_PID}`;
  if (!isId(pid) || pid < 1) return `pid must be a whole number from 1 to ${MOST_PID}`;
  if (op !== 'map') return { id, op, pid };
  return isEtag(etag) ? { id, op, pid, etag } : BAD_ETAG;
}

/** See {@link AsideRequest}. */
export function isAside(request: ReaderRequest): request is AsideRequest {
  return request.op === 'memory' || request.op === 'program' || request.op === 'kernel';
}

/** The id to answer a bad request under: its own where it has one, else 0. */
export function idOf(head: unknown): number {
  return typeof head === 'object' && head !== null && 'id' in head && isId(head.id) ? head.id : 0;
}

function isEtag(value: unknown): value is string | null {
  return value === null || (typeof value === 'string' && value.length <= MOST_ETAG);
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
