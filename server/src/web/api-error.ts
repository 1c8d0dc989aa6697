/** An error as every route tells it (DESIGN 4): a status, a machine word, and what happened and what to do. */
export interface ApiError {
  readonly status: number;
  readonly body: { readonly error: string; readonly message: string };
}

export function apiError(status: number, error: string, message: string): ApiError {
  return { status, body: { error, message } };
}

/** Thrown in a handler: answered as the error that it holds. */
export class ApiFault extends Error {
  readonly error: ApiError;

  constructor(error: ApiError) {
    super(error.body.message);
    this.error = error;
  }
}
