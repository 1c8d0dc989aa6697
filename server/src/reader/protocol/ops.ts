import { isIP } from 'node:net';
import { END_PAGE_64, MAX_PAGES } from '@procmap/shared/page.ts';
import { MAX_PID } from '@procmap/shared/pid.ts';
import { MAX_TOLD_AT_ONCE } from './not-answering.ts';
import type { Op, ReaderHead, ReaderRequest, RequestOf } from './protocol.ts';
import type { TcpEnd } from './tcp-connection.ts';

/** When and where a request is answered. */
type Turn =
  /** In the order of the requests. */
  | 'in'
  /** Out of turn, since it may take seconds; by the reader's background work. */
  | 'aside'
  /** Out of turn, by the files process: it opens or looks up files of other processes. */
  | 'files'
  /**
   * Out of turn, by the reader itself. The user of a connection may take long to find: others can make the kernel's
   * table long. The process of a thread is found for requests that are out of turn too.
   */
  | 'beside'
  /** At once or not at all: it is about the reader itself or about another request. */
  | 'now';

type Fields = Readonly<Record<string, unknown>>;
/** Parses one or more fields of a request; returns a sentence if they are invalid. */
type Parse<T> = (head: Fields) => T | string;

const MAX_ETAG = 64;
const MAX_PORT = 65_535;
const BAD_START = 'startPage must be a whole number from 0';

/**
 * All requests, each with its turn and the parser of its fields. Code that depends on the set of requests uses this
 * table.
 */
export const OPS = {
  hello: { turn: 'now', parse: noFields },
  processes: { turn: 'in', parse: noFields },
  system: { turn: 'in', parse: noFields },
  kernel: { turn: 'aside', parse: etagField },
  map: { turn: 'in', parse: ofProcess(mapFields) },
  memory: { turn: 'aside', parse: ofProcess(noFields) },
  threads: { turn: 'aside', parse: ofProcess(noFields) },
  program: { turn: 'files', parse: ofProcess(noFields) },
  file: { turn: 'files', parse: ofProcess(startField) },
  objects: { turn: 'files', parse: ofProcess(noFields) },
  smaps: { turn: 'aside', parse: ofProcess(rangeFields) },
  pages: { turn: 'aside', parse: ofProcess(countFields) },
  peer: { turn: 'beside', parse: connectionFields },
  leader: { turn: 'beside', parse: ofProcess(noFields) },
  avoid: { turn: 'now', parse: hangFields },
  forget: { turn: 'in', parse: ofProcess(noFields) },
  next: { turn: 'now', parse: noFields },
  cancel: { turn: 'now', parse: noFields },
  end: { turn: 'now', parse: noFields },
} as const satisfies { readonly [O in Op]: { readonly turn: Turn; readonly parse: Parse<Omit<RequestOf<O>, 'id' | 'op'>> } };

/** Requests with one of these turns. */
type OpOf<T extends Turn> = { [O in Op]: (typeof OPS)[O]['turn'] extends T ? O : never }[Op];
export type InTurn<T extends Turn> = RequestOf<OpOf<T>>;

/** Requests with an answer of their own. */
export type AskedOp = OpOf<Exclude<Turn, 'now'>>;

/** The successful answers to these requests. */
export interface Answers {
  readonly processes: Extract<ReaderHead, { status: 'rows' | 'processes' }>;
  readonly system: Extract<ReaderHead, { status: 'system' }>;
  readonly map: Extract<ReaderHead, { status: 'map' | 'unchanged' }>;
  readonly memory: Extract<ReaderHead, { status: 'memory' }>;
  readonly threads: Extract<ReaderHead, { status: 'threads' }>;
  readonly file: Extract<ReaderHead, { status: 'file' }>;
  readonly objects: Extract<ReaderHead, { status: 'objects' }>;
  readonly program: Extract<ReaderHead, { status: 'program' }>;
  readonly kernel: Extract<ReaderHead, { status: 'kernel' }>;
  readonly smaps: Extract<ReaderHead, { status: 'smaps' }>;
  readonly pages: Extract<ReaderHead, { status: 'pages' }>;
  readonly peer: Extract<ReaderHead, { status: 'peer' }>;
  readonly leader: Extract<ReaderHead, { status: 'leader' }>;
  readonly forget: Extract<ReaderHead, { status: 'forgotten' }>;
}

export function isOp(word: unknown): word is Op {
  return typeof word === 'string' && Object.hasOwn(OPS, word);
}

export function hasTurn<T extends Turn>(request: ReaderRequest, turn: T): request is InTurn<T> {
  return OPS[request.op].turn === turn;
}

/** A whole number from 0. */
export function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function noFields(): object {
  return {};
}

/** Adds the process id to the fields of a parser. */
function ofProcess<T extends object>(parse: Parse<T>): Parse<T & { readonly pid: number }> {
  return (head) => {
    const { pid } = head;
    if (isWhole(pid) && pid > MAX_PID) return `there is no process ${pid}: the largest process id is ${MAX_PID}`;
    if (!isWhole(pid) || pid < 1) return `pid must be a whole number from 1 to ${MAX_PID}`;
    const fields = parse(head);
    return typeof fields === 'string' ? fields : { ...fields, pid };
  };
}

function etagField({ etag }: Fields): { etag: string | null } | string {
  const isEtag = etag === null || (typeof etag === 'string' && etag.length <= MAX_ETAG);
  return isEtag ? { etag } : 'etag must be null or one that the reader gave';
}

function mapFields(head: Fields): { etag: string | null; threads?: number } | string {
  const { threads } = head;
  if (threads !== undefined && !isWhole(threads)) return 'threads must be a whole number from 0, or left out';
  const etag = etagField(head);
  return typeof etag === 'string' || threads === undefined ? etag : { ...etag, threads };
}

function startField({ startPage }: Fields): { startPage: number } | string {
  if (!isWhole(startPage)) return BAD_START;
  return startPage < END_PAGE_64 ? { startPage } : 'startPage must be below 2^52';
}

function rangeFields({ startPage, endPage }: Fields): { startPage: number; endPage: number } | string {
  if (!isWhole(startPage)) return BAD_START;
  const isRange = isWhole(endPage) && startPage < endPage && endPage <= END_PAGE_64;
  return isRange ? { startPage, endPage } : 'endPage must be above startPage, and 2^52 at most';
}

function countFields({ startPage, count }: Fields): { startPage: number; count: number } | string {
  if (!isWhole(startPage)) return BAD_START;
  if (!isWhole(count) || count < 1 || count > MAX_PAGES) return `count must be a whole number from 1 to ${MAX_PAGES}`;
  return startPage + count <= END_PAGE_64 ? { startPage, count } : 'these pages end beyond 2^52';
}

function connectionFields(head: Fields): { own: TcpEnd; peer: TcpEnd } | string {
  const [own, peer] = [tcpEndOf(head['own']), tcpEndOf(head['peer'])];
  return own === null || peer === null ? 'own and peer must each be an IP address and a port' : { own, peer };
}

function tcpEndOf(value: unknown): TcpEnd | null {
  if (typeof value !== 'object' || value === null || !('address' in value) || !('port' in value)) return null;
  const { address, port } = value;
  return typeof address === 'string' && isIP(address) !== 0 && isWhole(port) && port <= MAX_PORT ? { address, port } : null;
}

function hangFields(head: Fields): { pids: number[]; times: number[] } | string {
  const pids = Array.isArray(head['pids']) ? (head['pids'] as unknown[]) : [];
  const times = Array.isArray(head['times']) ? (head['times'] as unknown[]) : [];
  const isMeant = pids.length <= MAX_TOLD_AT_ONCE && pids.every((pid) => isWhole(pid) && pid >= 1 && pid <= MAX_PID);
  return isMeant && times.length === pids.length && times.every((each) => isWhole(each) && each >= 1)
    ? { pids: pids as number[], times: times as number[] }
    : `pids must be ${MAX_TOLD_AT_ONCE} processes at most, and times how often each was found to hang`;
}
