import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BareApp } from '../../server/test/bare-app.ts';
import { named, pathOf, routesOf } from '../../server/test/route-table.ts';
import { Daemon } from '../daemon.ts';
import { enter, keyOf, type Session } from '../http.ts';
import { expectRefused, RawClient } from './raw-client.ts';

const OPEN = new Set(['GET /', 'HEAD /', 'GET /healthz', 'HEAD /healthz', 'POST /api/session']);
let daemon: Daemon;
let client: RawClient;
let session: Session;
/** `METHOD /path` of all routes except the assets. */
let routes: string[];

beforeAll(async () => {
  const bare = new BareApp();
  await bare.app.ready();
  routes = routesOf(bare.app.printRoutes({ commonPrefix: false })).filter((route) => !route.includes('/assets/'));
  await bare.stop();
  daemon = await Daemon.start();
  client = new RawClient(daemon);
  session = await enter(daemon.link);
});

afterAll(() => daemon.stop());

describe('a route', () => {
  it('only answers requests with a session or the token', async () => {
    const other = await enter(await daemon.freshLink());
    const nobody: [string, Record<string, string>][] = [
      ['nothing', {}],
      ['the cookie alone', { cookie: session.cookie }],
      ['the key alone', { 'x-procmap-key': session['x-procmap-key'] }],
      ['the cookie of one and the key of another session', { cookie: session.cookie, 'x-procmap-key': other['x-procmap-key'] }],
      ['the key as its cookie', { cookie: session.cookie.replace(/=.*/, `=${session['x-procmap-key']}`), 'x-procmap-key': session['x-procmap-key'] }],
      ['a wrong token', { authorization: `Bearer ${daemon.token.slice(0, -1)}` }],
      ['a token and more', { authorization: `Bearer ${daemon.token} x` }],
      ['the token as Basic', { authorization: `Basic ${daemon.token}` }],
      ['the token in the query', { 'x-token': daemon.token }],
    ];
    const open: string[] = [];
    for (const route of routes) {
      const [method = ''] = route.split(' ');
      const path = pathOf(route, process.pid);
      for (const [what, headers] of nobody) {
        const query = what.endsWith('query') ? `${path.includes('?') ? '&' : '?'}token=${daemon.token}&key=${session['x-procmap-key']}` : '';
        const answer = await client.ask(method, `${path}${query}`, headers);
        if (OPEN.has(route)) open.push(route);
        else expectRefused(answer, 401, `${route} with ${what}`);
      }
      if (OPEN.has(route)) continue;
      // Some are answered only now and then, and an unmapped address has no file.
      for (const headers of [{ ...session }, { authorization: `Bearer ${daemon.token}` }]) {
        const answer = await client.ask(method, path, headers);
        expect(route.endsWith('/file') ? [404] : [200, 429], named(route, answer)).toContain(answer.status);
      }
    }
    expect(new Set(open)).toEqual(OPEN);
  });

  it('that changes something only accepts JSON by POST, from its own origin', async () => {
    const key = keyOf(await daemon.freshLink());
    const body = JSON.stringify({ key });
    const json = { 'content-type': 'application/json' };
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp', ''])
      expectRefused(await client.ask('POST', '/api/session', type === '' ? {} : { 'content-type': type }, body), 415, type);
    for (const site of ['cross-site', 'same-site', 'whatever'])
      expectRefused(await client.ask('POST', '/api/session', { ...json, 'sec-fetch-site': site }, body), 403, site);
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      expectRefused(await client.ask(method, '/api/session', { ...json, 'x-http-method-override': 'POST' }, body), 401, method);
    for (const bad of ['{}', '[]', 'null', '{"key":1}', `{"key":["${key}"]}`, `{"key":"${key}","more":1}`, `{"__proto__":{"key":"${key}"}}`, `{"key":"${key}"`])
      expectRefused(await client.ask('POST', '/api/session', json, bad), 400, bad);
    // None of that has used the link up.
    expect((await client.ask('POST', '/api/session', json, body)).status).toBe(200);
    expectRefused(await client.ask('POST', '/api/session', json, body), 401, 'a second time');
  });
});
