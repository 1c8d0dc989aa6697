import { describe, expect, it } from 'vitest';
import { Access } from './access.ts';

const TOKEN = 'abc_DEF-123';

function accessAt(place: string): Access {
  const access = new Access(null);
  access.nameCookie(place);
  return access;
}

/** A browser with a session. */
function enter(access: Access) {
  const credentials = access.exchange(access.mintKey());
  if (credentials === null) throw new Error('a fresh key counts');
  return { ...credentials, pair: access.cookieHeader(credentials).split(';')[0] ?? '' };
}

describe('a request', () => {
  it('with the session’s cookie and key is answered by that session', () => {
    const access = new Access(null);
    const { cookie, key, pair } = enter(access);
    expect(access.grant({ cookie: pair, 'x-procmap-key': key })).toEqual({ by: 'session', cookie, key });
  });

  it.each([
    ['among others', (pair: string) => `a=b; ${pair}; c=d`],
    ['without spaces', (pair: string) => `a=b;${pair}`],
    ['behind one with a similar name', (pair: string) => `x${pair}; ${pair}`],
    ['behind another one of its name, set by a page at another port', (pair: string) => `${pair.replace(/=.*/, '=junk')}; ${pair}`],
    ['before another one of its name', (pair: string) => `${pair}; ${pair.replace(/=.*/, '=junk')}`],
  ])('finds its cookie %s', (_, wrap) => {
    const access = new Access(null);
    const { key, pair } = enter(access);
    expect(access.grant({ cookie: wrap(pair), 'x-procmap-key': key })).not.toBeNull();
  });

  it('with one of the two alone, or none, or two keys, is not answered', () => {
    const access = new Access(null);
    const { key, pair } = enter(access);
    expect(access.grant({ cookie: pair })).toBeNull();
    expect(access.grant({ 'x-procmap-key': key })).toBeNull();
    expect(access.grant({})).toBeNull();
    expect(access.grant({ cookie: pair, 'x-procmap-key': [key, key] })).toBeNull();
    expect(access.grant({ cookie: `${pair}x`, 'x-procmap-key': key })).toBeNull();
  });

  it('with a session of another web process is not answered', () => {
    const { key, pair } = enter(new Access(null));
    expect(new Access(null).grant({ cookie: pair, 'x-procmap-key': key })).toBeNull();
  });

  it('with the token needs no session', () => {
    const access = new Access(TOKEN);
    expect(access.grant({ authorization: `Bearer ${TOKEN}` })).toEqual({ by: 'token' });
    expect(access.grant({ authorization: `bearer ${TOKEN}` })).toEqual({ by: 'token' });
  });

  it.each(['', 'Bearer', 'Bearer ', `Basic ${TOKEN}`, TOKEN, `Bearer ${TOKEN}x`, `Bearer  ${TOKEN}`, `Bearer ${TOKEN} `, `Bearer ${TOKEN}, Bearer ${TOKEN}`])(
    'with %j as authorization is not answered',
    (authorization) => expect(new Access(TOKEN).grant({ authorization })).toBeNull(),
  );

  it('with any token is refused if there is none', () => {
    for (const token of ['null', 'undefined', TOKEN]) expect(new Access(null).grant({ authorization: `Bearer ${token}` })).toBeNull();
  });
});

it('the cookie is out of reach for scripts and for other sites', () => {
  const access = accessAt('box:8642');
  const { cookie } = enter(access);
  expect(access.cookieHeader({ cookie, key: '' })).toMatch(/^procmap-[\w-]{10}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
});

it('the cookie of a restarted daemon replaces its previous one, and no other daemon’s', () => {
  const nameAt = (place: string) => enter(accessAt(place)).pair.split('=')[0];
  expect(nameAt('box:8642')).toBe(nameAt('box:8642'));
  expect(new Set(['box:8642', 'box:8643', 'other:8642'].map(nameAt)).size).toBe(3);
});
