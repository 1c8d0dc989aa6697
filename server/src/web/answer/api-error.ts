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

/** The error for a request that is only allowed now and then. */
export function tooSoon(waitMs: number, what: string): ApiFault {
  const message = `${what} may be read again in ${Math.ceil(waitMs)} ms: each read holds the process up`;
  return new ApiFault({ ...apiError(429, 'too_soon', message), retryAfterS: Math.ceil(waitMs / 1000) });
}

/** Thrown in a handler to answer with this error. */
export class ApiFault extends Error {
  readonly error: ApiError;

  constructor(error: ApiError) {
    super(error.body.message);
    this.error = error;
  }
}
