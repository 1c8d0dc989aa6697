import { afterAll, beforeAll, expect } from 'vitest';
import { BareApp, type RawAnswer } from '../../test/bare-app.ts';
import { routesOf } from '../../test/route-table.ts';
import { SECURITY_HEADERS } from './gate/guard.ts';

/** Everything that is answered without a session. All other routes, including future ones, are closed. */
export const OPEN = ['GET /', 'HEAD /', 'GET /assets/app-1a2b3c.js', 'HEAD /assets/app-1a2b3c.js', 'GET /healthz', 'HEAD /healthz', 'POST /api/session'];

export let bare: BareApp;

/** `METHOD /path` of every real route. */
export let routes: string[];

/** Checks that every answer must pass. */
export function expectClean(answer: RawAnswer, what: string): void {
  for (const [name, value] of SECURITY_HEADERS) {
    const kept = name === 'cache-control' && answer.headers[name]?.includes('immutable') === true;
    if (!kept) expect([what, name, answer.headers[name]]).toEqual([what, name, value]);
  }
  expect(answer.headers, what).not.toHaveProperty('access-control-allow-origin');
  expect(answer.headers, what).not.toHaveProperty('x-powered-by');
  expect(answer.body, what).not.toMatch(/node_modules|\/srv\/|\.ts\b|\.js:|\bat .*\(|fastify|FST_/i);
}

/** Expects an error in the common form. */
export function expectError(answer: RawAnswer, statuses: readonly number[], what: string): void {
  expectClean(answer, what);
  expect(statuses, `${what}: ${answer.status} ${answer.body}`).toContain(answer.status);
  if (answer.body === '') return;
  expect(JSON.parse(answer.body), what).toEqual({ error: expect.stringMatching(/^[a-z_]+$/) as string, message: expect.stringMatching(/.{10}/) as string });
}

/** Starts an app for the tests of the calling file, and stops it at their end. */
export function useBareApp(): void {
  beforeAll(async () => {
    bare = new BareApp();
    bare.app.get('/new', () => 'a route that nobody thought about');
    bare.app.post('/api/new', () => 'another one');
    await bare.listen();
    routes = routesOf(bare.app.printRoutes({ commonPrefix: false }));
  });

  afterAll(() => bare.stop());
}
