import { apiError, type ApiError, ApiFault } from './api-error.ts';
import { ReaderFault } from '../link/reader-fault.ts';

const STATUS_OF_WORD: Readonly<Record<ReaderFault['word'], number>> = {
  not_found: 404,
  no_mapping: 404,
  exited: 410,
  no_permission: 403,
  kernel_thread: 409,
  zombie: 409,
  unreadable: 503,
  too_large: 413,
  stalled: 503,
  bad_request: 400,
};

const BAD_REQUEST = apiError(400, 'bad_request', 'this request is malformed; server/README.md lists all requests');

/** The error to answer for a thrown value. Never contains a stack, a path or another internal detail. */
export function apiErrorOf(error: unknown): ApiError {
  if (error instanceof ApiFault) return error.error;
  if (error instanceof ReaderFault) return apiError(STATUS_OF_WORD[error.word], error.word, error.message);
  switch (statusOf(error)) {
    case 400:
      return BAD_REQUEST;
    case 412:
      return apiError(412, 'changed', 'this file is another than the one that was asked for');
    case 413:
      return apiError(413, 'too_large', 'this request is too large');
    case 414:
      return apiError(404, 'not_found', 'there is nothing here');
    case 415:
      return apiError(415, 'wrong_type', 'send JSON, as content-type: application/json');
    case 416:
      return { ...apiError(416, 'no_range', 'this file has no such part'), ...lengthOf(error) };
    default:
      return apiError(500, 'failed', 'procmap failed to answer this request; see its log');
  }
}

/** The error to answer if Node's HTTP parser rejects a request. `code`: from Node. */
export function parserErrorOf(code: string): ApiError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return apiError(431, 'headers_too_large', 'the headers of this request are too large');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return apiError(408, 'too_slow', 'this request did not arrive in time');
    default:
      return BAD_REQUEST;
  }
}

/** @fastify/send reports the length in the only header of such an error. */
function lengthOf(error: unknown): Pick<ApiError, 'contentRange'> {
  const headers = error instanceof Error && 'headers' in error ? (error.headers as Readonly<Record<string, unknown>> | null) : null;
  const range = headers?.['Content-Range'];
  return typeof range === 'string' ? { contentRange: range } : {};
}

function statusOf(error: unknown): number {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
}
