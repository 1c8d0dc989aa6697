import type { IncomingHttpHeaders } from 'node:http';
import type { Commands } from '../../common/commands.ts';

/**
 * An error in the form that every route uses: status, machine word, and a sentence that says what happened and what to
 * do.
 */
export interface ApiError {
  readonly status: number;
  readonly body: { readonly error: string; readonly message: string };
  /** Whole seconds after which a retry may succeed. */
  readonly retryAfterS?: number;
  /** For no_range: the length of the file, in the form of Content-Range. */
  readonly contentRange?: string;
  /** For wrong_user: the user of the connection. */
  readonly uid?: number;
}

export function apiError(status: number, error: string, message: string): ApiError {
  return { status, body: { error, message } };
}

/** The error for a request without a session and without a valid token. */
export function noSession({ authorization }: IncomingHttpHeaders, { open }: Commands): ApiError {
  const token = 'this token is not valid: each start with --token-file=FILE writes a new one, and the end of procmap removes it';
  return apiError(401, 'no_session', authorization === undefined ? `open the link that procmap printed, or run: ${open}` : token);
}

const TOO_SOON = 'too_soon';

/** The error for a request that is only allowed now and then. */
export function tooSoon(waitMs: number, what: string): ApiFault {
  const message = `${what} may be read again in ${Math.ceil(waitMs)} ms: each read holds the process up`;
  return new ApiFault({ ...apiError(429, TOO_SOON, message), retryAfterS: Math.ceil(waitMs / 1000) });
}

/**
 * The error as a client prefers it (RFC 7240): browsers write each status of 400 and more on their consoles as a
 * failure, so the page asks to be told by 202 that it is too soon, and asks again.
 */
export function asPreferred({ prefer }: IncomingHttpHeaders, error: ApiError): ApiError {
  return error.body.error === TOO_SOON && prefer === 'respond-async' ? { ...error, status: 202 } : error;
}

/** Thrown in a handler to answer with this error. */
export class ApiFault extends Error {
  readonly error: ApiError;

  constructor(error: ApiError) {
    super(error.body.message);
    this.error = error;
  }
}
