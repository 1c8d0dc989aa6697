import type { IncomingHttpHeaders } from 'node:http';
import type { Commands } from '../../common/commands.ts';

/** An error as every route tells it (DESIGN 4): a status, a machine word, and what happened and what to do. */
export interface ApiError {
  readonly status: number;
  readonly body: { readonly error: string; readonly message: string };
  /** After how many whole seconds it may be tried again. */
  readonly retryAfterS?: number;
  /** Of no_range: how long the file is, as Content-Range says it. */
  readonly contentRange?: string;
  /** Of wrong_user: whose program asked. */
  readonly uid?: number;
}

export function apiError(status: number, error: string, message: string): ApiError {
  return { status, body: { error, message } };
}

/** Of a request without a session, and with no token that counts. */
export function noSession({ authorization }: IncomingHttpHeaders, { open }: Commands): ApiError {
  const token = 'this token is not valid: each start with --token-file=FILE writes a new one, and the end of procmap removes it';
  return apiError(401, 'no_session', authorization === undefined ? `open the link that procmap printed, or run: ${open}` : token);
}

/** Of what may be asked for only now and then. */
export function tooSoon(waitMs: number, what: string): ApiFault {
  const message = `${what} may be read again in ${Math.ceil(waitMs)} ms: each read holds the process up`;
  return new ApiFault({ ...apiError(429, 'too_soon', message), retryAfterS: Math.ceil(waitMs / 1000) });
}

/** Thrown in a handler: answered as the error that it holds. */
export class ApiFault extends Error {
  readonly error: ApiError;

  constructor(error: ApiError) {
    super(error.body.message);
    this.error = error;
  }
}
