import type { IncomingHttpHeaders } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Guard } from './guard.ts';

const guard = new Guard(['box.example.org']);

function asked(headers: IncomingHttpHeaders): { headers: IncomingHttpHeaders; rawHeaders: string[] } {
  return { headers, rawHeaders: Object.entries(headers).flatMap(([name, value]) => [name, String(value)]) };
}

describe('a host', () => {
  it.each([
    '127.0.0.1',
    '127.0.0.1:8642',
    '127.0.0.1:80',
    '[::1]',
    '[::1]:8642',
    'localhost',
    'localhost:1',
    'LOCALHOST:8642',
    'LocalHost',
    'box.example.org',
    'Box.Example.ORG:8642',
  ])('%s is ours', (host) => expect(guard.refusal(asked({ host }))).toBeNull());

  it.each([
    undefined,
    '',
    'evil.com',
    'evil.com:8642',
    '127.0.0.1.evil.com',
    '127.0.0.1.evil.com:8642',
    'localhost.evil.com',
    'evil.com.localhost',
    'evil-localhost',
    'localhost.',
    '127.0.0.1.',
    'box.example.org.',
    'example.org',
    'a.box.example.org',
    'user@localhost',
    'user:pass@127.0.0.1',
    '127.0.0.1@evil.com',
    'evil.com#127.0.0.1',
    'evil.com/127.0.0.1',
    '127.0.0.1/evil.com',
    '127.0.0.1, evil.com',
    '127.0.0.1 evil.com',
    ' 127.0.0.1',
    '127.0.0.1\n',
    '127.0.0.1:',
    '127.0.0.1:x',
    '127.0.0.1:123456',
    '127.0.0.1:80:80',
    '[::1',
    '::1',
    '::1:8642',
    '[::1%25lo]',
    '[::ffff:127.0.0.1]',
    '[::2]',
    '0.0.0.0',
    '127.1',
    '2130706433',
    '0x7f000001',
    'lоcalhost',
  ])('%j is not', (host) => expect(guard.refusal(asked({ host }))).toMatchObject({ status: 403, body: { error: 'wrong_host' } }));

  it('is ours only under the loopback names if no other is allowed', () => {
    expect(new Guard([]).isOwnHost('box.example.org')).toBe(false);
    expect(new Guard([]).isOwnHost('localhost')).toBe(true);
  });
});

describe('a start with a name of its own', () => {
  const NAME = 'k7q2m9x4w1c8v5b3.localhost';
  const named = new Guard(['box.example.org'], NAME);

  it.each([NAME, `${NAME}:8642`, `${NAME.toUpperCase()}:1`, '127.0.0.1:8642', '[::1]', 'localhost:9000', 'box.example.org'])('%s is ours', (host) => {
    expect(named.refusal(asked({ host }))).toBeNull();
    expect(named.refusal(asked({ host, origin: `http://${host}` }), true)).toBeNull();
  });

  it.each([
    'x.localhost',
    `x.${NAME}`,
    `${NAME}.`,
    `.${NAME}`,
    `${NAME}.evil.com`,
    `${NAME}:`,
    `${NAME}:x`,
    `${NAME}:123456`,
    NAME.replace('.localhost', ''),
    NAME.replace('.localhost', '.local'),
    NAME.replace('k', 'K\u0130'),
    NAME.slice(1),
    `x${NAME}`,
    `user@${NAME}`,
    `${NAME},${NAME}`,
    `${NAME} `,
  ])('%j is not', (host) => expect(named.refusal(asked({ host }))).toMatchObject({ status: 403, body: { error: 'wrong_host' } }));

  it('distinguishes pages of other starts from strangers by the form of their names', () => {
    for (const each of [named, guard]) {
      expect(each.refusal(asked({ host: 'a1b2c3d4e5f6g7h8.localhost:8642' }))).toMatchObject({ status: 403, body: { error: 'other_start' } });
      expect(each.refusal(asked({ host: '1aaaaaaaaaaaaaaa.localhost' }))).toMatchObject({ status: 403, body: { error: 'wrong_host' } });
    }
    const twice = { headers: { host: 'a1b2c3d4e5f6g7h8.localhost' }, rawHeaders: ['Host', 'a1b2c3d4e5f6g7h8.localhost', 'host', NAME] };
    expect(named.refusal(twice)).toMatchObject({ body: { error: 'wrong_host' } });
  });

  it('serves its page there and at the allowed names, and redirects from the loopback ones', () => {
    for (const host of [NAME, `${NAME}:1`, NAME.toUpperCase(), 'box.example.org', 'box.example.org:80'])
      expect([host, named.pageAddress(host)]).toEqual([host, null]);
    for (const host of ['127.0.0.1', '[::1]', 'localhost', 'LocalHost']) {
      expect(named.pageAddress(host)).toBe(`http://${NAME}/`);
      expect(named.pageAddress(`${host}:9000`)).toBe(`http://${NAME}:9000/`);
      expect(guard.pageAddress(host)).toBeNull();
    }
    expect(new Guard(['localhost'], NAME).pageAddress('localhost:1')).toBeNull();
  });

  it('redirects only to its own name, whatever is requested', () => {
    const hosts = fc.oneof(
      fc.string(),
      fc.webAuthority(),
      fc.constantFrom(NAME, '127.0.0.1', 'localhost', '[::1]').chain((name) => fc.string().map((rest) => name + rest)),
    );
    fc.assert(
      fc.property(hosts, (host) => {
        const address = named.pageAddress(host);
        if (address !== null) expect(address).toMatch(/^http:\/\/k7q2m9x4w1c8v5b3\.localhost(:[0-9]{1,5})?\/$/);
        // A refused request is not redirected either.
        if (named.refusal(asked({ host })) !== null) expect(address).toBeNull();
      }),
    );
  });

  it('accepts requests from their own origin only', () => {
    const origin = (of: string): unknown => named.refusal(asked({ host: `${NAME}:1`, origin: of }))?.body.error ?? null;
    expect(origin(`http://${NAME}:1`)).toBeNull();
    for (const of of [
      `http://${NAME}`,
      `http://${NAME}:2`,
      `https://${NAME}:1`,
      'http://127.0.0.1:1',
      'http://localhost:1',
      'http://a1b2c3d4e5f6g7h8.localhost:1',
      'null',
    ])
      expect([of, origin(of)]).toEqual([of, 'wrong_origin']);
    expect(named.refusal(asked({ host: '127.0.0.1:1', origin: `http://${NAME}:1` }))).toMatchObject({ body: { error: 'wrong_origin' } });
  });
});

describe('an origin', () => {
  const host = '127.0.0.1:8642';

  it('may be missing in a plain request, but not for a stream', () => {
    expect(guard.refusal(asked({ host }))).toBeNull();
    expect(guard.refusal(asked({ host }), true)).toMatchObject({ status: 403, body: { error: 'wrong_origin' } });
  });

  it.each([
    [host, 'http://127.0.0.1:8642'],
    ['Box.example.org', 'http://box.example.org'],
    ['[::1]:1', 'http://[::1]:1'],
  ])('of %s may be %s', (own, origin) => {
    expect(guard.refusal(asked({ host: own, origin }))).toBeNull();
    expect(guard.refusal(asked({ host: own, origin }), true)).toBeNull();
  });

  it.each([
    'null',
    '',
    'http://evil.com',
    'http://127.0.0.1',
    'http://127.0.0.1:8643',
    'http://localhost:8642',
    'https://127.0.0.1:8642',
    'http://127.0.0.1:8642/',
    'http://127.0.0.1:8642.evil.com',
    'http://user@127.0.0.1:8642',
    'http://127.0.0.1:8642 http://127.0.0.1:8642',
    'file://',
    'moz-extension://127.0.0.1:8642',
  ])('%j is another page’s', (origin) => {
    for (const needed of [false, true]) expect(guard.refusal(asked({ host, origin }), needed)).toMatchObject({ status: 403, body: { error: 'wrong_origin' } });
  });
});

describe('Sec-Fetch-Site', () => {
  it.each([undefined, 'none', 'same-origin'])('%s is let through', (site) =>
    expect(guard.refusal(asked({ host: 'localhost', ...(site === undefined ? {} : { 'sec-fetch-site': site }) }))).toBeNull(),
  );

  it.each(['same-site', 'cross-site', '', 'None', 'same-origin, cross-site', 'whatever'])('%j is not', (site) =>
    expect(guard.refusal(asked({ host: 'localhost', 'sec-fetch-site': site }))).toMatchObject({ status: 403, body: { error: 'wrong_site' } }),
  );
});

describe('a link that is followed from another site', () => {
  const click = { host: 'localhost', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-user': '?1' };
  const to = (method: string, url: string, headers: IncomingHttpHeaders = click) => guard.refusal({ method, url, ...asked(headers) });

  it.each(['cross-site', 'same-site'])('leads to the page (%s)', (site) => expect(to('GET', '/', { ...click, 'sec-fetch-site': site })).toBeNull());

  it.each([
    ['POST', '/'],
    ['HEAD', '/'],
    ['GET', '/?x'],
    ['GET', '//'],
    ['GET', '/healthz'],
    ['GET', '/metrics'],
    ['GET', '/assets/app.js'],
    ['GET', '/api/processes'],
    ['GET', '/api/stream'],
    ['GET', '*'],
    ['GET', 'http://localhost/'],
  ])('leads nowhere else: %s %s', (method, url) => expect(to(method, url)).toMatchObject({ status: 403, body: { error: 'wrong_site' } }));

  it.each([
    ['sec-fetch-mode', 'no-cors'],
    ['sec-fetch-mode', 'cors'],
    ['sec-fetch-mode', 'websocket'],
    ['sec-fetch-mode', undefined],
    ['sec-fetch-mode', 'navigate, navigate'],
    ['sec-fetch-dest', 'iframe'],
    ['sec-fetch-dest', 'frame'],
    ['sec-fetch-dest', 'object'],
    ['sec-fetch-dest', 'embed'],
    ['sec-fetch-dest', 'script'],
    ['sec-fetch-dest', 'empty'],
    ['sec-fetch-dest', undefined],
    ['sec-fetch-dest', 'document, document'],
  ])('is one of the whole window: with %s %s it is refused', (name, value) => {
    const others = Object.fromEntries(Object.entries(click).filter(([each]) => each !== name));
    expect(to('GET', '/', value === undefined ? others : { ...others, [name]: value })).toMatchObject({ status: 403, body: { error: 'wrong_site' } });
  });

  it('is no way around the host and the origin', () => {
    expect(to('GET', '/', { ...click, host: 'evil.com' })).toMatchObject({ body: { error: 'wrong_host' } });
    expect(to('GET', '/', { ...click, origin: 'http://evil.com' })).toMatchObject({ body: { error: 'wrong_origin' } });
    expect(guard.refusal({ method: 'GET', url: '/', ...asked(click) }, true)).toMatchObject({ body: { error: 'wrong_origin' } });
  });
});
