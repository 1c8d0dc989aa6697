import { isIP } from 'node:net';
import { MAX_PID } from '@procmap/shared/pid.ts';
import { END_PAGE_64 } from '@procmap/shared/page.ts';
import { MAX_TOLD_AT_ONCE } from './not-answering.ts';
import type { TcpEnd } from './tcp-connection.ts';
import { ASIDE_OPS, type AsideRequest, FILES_OPS, type FilesRequest, MAX_PAGES, type PartRequest, type ReaderRequest } from './protocol.ts';

const MAX_ETAG = 64;
const MAX_PORT = 65_535;
const BAD_ETAG = 'etag must be null or one that the reader gave';

/** Checks what came over the stream; a sentence when it is no request. */
export function parseRequest(head: unknown): ReaderRequest | string {
  if (typeof head !== 'object' || head === null || !('id' in head) || !('op' in head)) return 'a request has an id and an op';
  const { id, op } = head;
  if (!isId(id)) return 'id must be a whole number from 0';
  if (op === 'hello' || op === 'processes' || op === 'system' || op === 'next' || op === 'cancel' || op === 'end') return { id, op };
  const etag = 'etag' in head ? head.etag : undefined;
  if (op === 'kernel') return isEtag(etag) ? { id, op, etag } : BAD_ETAG;
  if (op === 'peer') return peerRequest(id, head);
  if (op === 'avoid') return avoidRequest(id, head);
  if (op !== 'map' && op !== 'leader' && op !== 'forget' && op !== 'memory' && op !== 'program' && op !== 'file' && op !== 'smaps' && op !== 'pages')
    return 'op must be hello, processes, system, kernel, map, memory, program, file, smaps, pages, peer, leader, avoid, forget, next, cancel or end';
  const pid = 'pid' in head ? head.pid : undefined;
  if (isId(pid) && pid > MAX_PID) return `there is no process ${pid}: the largest process id is ${MAX_PID}`;
  if (!isId(pid) || pid < 1) return `pid must be a whole number from 1 to ${MAX_PID}`;
  if (op === 'smaps' || op === 'pages' || op === 'file') return rangeRequest(id, op, pid, head);
  if (op !== 'map') return { id, op, pid };
  return isEtag(etag) ? { id, op, pid, etag } : BAD_ETAG;
}

function rangeRequest(id: number, op: 'smaps' | 'pages' | 'file', pid: number, head: object): ReaderRequest | string {
  const startPage = 'startPage' in head ? head.startPage : undefined;
  if (!isId(startPage)) return 'startPage must be a whole number from 0';
  if (op === 'file') return startPage < END_PAGE_64 ? { id, op, pid, startPage } : 'startPage must be below 2^52';
  if (op === 'smaps') {
    const endPage = 'endPage' in head ? head.endPage : undefined;
    return isId(endPage) && startPage < endPage && endPage <= END_PAGE_64
      ? { id, op, pid, startPage, endPage }
      : 'endPage must be above startPage, and 2^52 at most';
  }
  const count = 'count' in head ? head.count : undefined;
  if (!isId(count) || count < 1 || count > MAX_PAGES) return `count must be a whole number from 1 to ${MAX_PAGES}`;
  return startPage + count <= END_PAGE_64 ? { id, op, pid, startPage, count } : 'these pages end beyond 2^52';
}

function peerRequest(id: number, head: object): ReaderRequest | string {
  const own = 'own' in head ? tcpEndOf(head.own) : null;
  const peer = 'peer' in head ? tcpEndOf(head.peer) : null;
  return own === null || peer === null ? 'own and peer must each be an IP address and a port' : { id, op: 'peer', own, peer };
}

function avoidRequest(id: number, head: object): ReaderRequest | string {
  const pids = 'pids' in head && Array.isArray(head.pids) ? (head.pids as unknown[]) : [];
  const times = 'times' in head && Array.isArray(head.times) ? (head.times as unknown[]) : [];
  const isMeant = pids.length <= MAX_TOLD_AT_ONCE && pids.every((pid) => isId(pid) && pid >= 1 && pid <= MAX_PID);
  return isMeant && times.length === pids.length && times.every((each) => isId(each) && each >= 1)
    ? { id, op: 'avoid', pids: pids as number[], times: times as number[] }
    : `pids must be ${MAX_TOLD_AT_ONCE} processes at most, and times how often each was found to hang`;
}

function tcpEndOf(value: unknown): TcpEnd | null {
  if (typeof value !== 'object' || value === null || !('address' in value) || !('port' in value)) return null;
  const { address, port } = value;
  return typeof address === 'string' && isIP(address) !== 0 && isId(port) && port <= MAX_PORT ? { address, port } : null;
}

/** See {@link AsideRequest}. */
export function isAside(request: ReaderRequest): request is AsideRequest {
  return ASIDE_OPS.some((op) => op === request.op);
}

/** See {@link FilesRequest}. */
export function isOfFiles(request: ReaderRequest): request is FilesRequest {
  return FILES_OPS.some((op) => op === request.op);
}

/** See {@link PartRequest}. */
export function isPart(request: ReaderRequest): request is PartRequest {
  return request.op === 'next' || request.op === 'cancel';
}

/** The id to answer a bad request under: its own where it has one, else 0. */
export function idOf(head: unknown): number {
  return typeof head === 'object' && head !== null && 'id' in head && isId(head.id) ? head.id : 0;
}

function isEtag(value: unknown): value is string | null {
  return value === null || (typeof value === 'string' && value.length <= MAX_ETAG);
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
