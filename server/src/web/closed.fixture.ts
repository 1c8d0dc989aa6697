import { afterAll, beforeAll, expect } from 'vitest';
import { BareApp, type RawAnswer } from '../../test/bare-app.ts';
import { routesOf } from '../../test/route-table.ts';
import { SECURITY_HEADERS } from './gate/guard.ts';

/** All that is answered without a session. Whatever else there is, or will be, is closed. */
export const OPEN = ['GET /', 'HEAD /', 'GET /assets/app-1a2b3c.js', 'HEAD /assets/app-1a2b3c.js', 'GET /healthz', 'HEAD /healthz', 'POST /api/session'];

export let bare: BareApp;

/** `METHOD /path` of every route of the real table. */
export let routes: string[];

/** What every answer must be like, whatever it is. */
export function expectClean(answer: RawAnswer, what: string): void {
  for (const [name, value] of SECURITY_HEADERS) {
    const kept = name === 'cache-control' && answer.headers[name]?.includes('immutable') === true;
    if (!kept) expect([what, name, answer.headers[name]]).toEqual([what, name, value]);
  }
  expect(answer.headers, what).not.toHaveProperty('access-control-allow-origin');
  expect(answer.headers, what).not.toHaveProperty('x-powered-by');
  expect(answer.body, what).not.toMatch(/node_modules|\/srv\/|\.ts\b|\.js:|\bat .*\(|fastify|FST_/i);
}

/** An error in the one form of all routes. */
export function expectError(answer: RawAnswer, statuses: readonly number[], what: string): void {
  expectClean(answer, what);
  expect(statuses, `${what}: ${answer.status} ${answer.body}`).toContain(answer.status);
  if (answer.body === '') return;
  expect(JSON.parse(answer.body), what).toEqual({ error: expect.stringMatching(/^[a-z_]+$/) as string, message: expect.stringMatching(/.{10}/) as string });
}

/** Before and after each test of the file that calls it. */
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
