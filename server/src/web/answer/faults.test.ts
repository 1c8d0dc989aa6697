import { describe, expect, it } from 'vitest';
import { apiError, ApiFault } from './api-error.ts';
import { apiErrorOf } from './faults.ts';
import { ReaderFault } from '../link/reader-fault.ts';

describe('what went wrong', () => {
  it.each([
    ['not_found', 404],
    ['exited', 410],
    ['no_permission', 403],
    ['kernel_thread', 409],
    ['zombie', 409],
    ['unreadable', 503],
    ['stalled', 503],
    ['bad_request', 400],
  ] as const)('at the reader as %s is answered by %i, in the reader’s words', (word, status) =>
    expect(apiErrorOf(new ReaderFault(word, 'what to do'))).toEqual({ status, body: { error: word, message: 'what to do' } }),
  );

  it('in a handler is answered with its error', () => {
    const error = apiError(418, 'teapot', 'short and stout');
    expect(apiErrorOf(new ApiFault(error))).toBe(error);
  });

  it.each([
    [400, 400],
    [412, 412],
    [413, 413],
    [414, 404],
    [415, 415],
    [416, 416],
    [500, 500],
    [502, 500],
  ])('in Fastify with status %i is answered by %i, without its words', (statusCode, status) => {
    const answered = apiErrorOf(Object.assign(new Error('/secret/path'), { statusCode }));
    expect(answered.status).toBe(status);
    expect(answered.body.error).toMatch(/^[a-z_]+$/);
    expect(JSON.stringify(answered)).not.toContain('secret');
  });

  it.each([new Error('/secret/path'), 'secret', undefined, null, { statusCode: 400 }])('otherwise (%s) is only said to have failed', (thrown) => {
    expect(apiErrorOf(thrown)).toMatchObject({ status: 500, body: { error: 'failed' } });
    expect(JSON.stringify(apiErrorOf(thrown))).not.toContain('secret');
  });
});
