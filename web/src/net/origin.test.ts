import { expect, it } from 'vitest';
import { isShared, lastingOrigin } from './origin.ts';

it.each([
  ['http://k7q2m9x4w1c8v5b3.localhost:9000', 'http://127.0.0.1:9000'],
  ['http://k7q2m9x4w1c8v5b3.localhost', 'http://127.0.0.1'],
  ['http://127.0.0.1:8642', 'http://127.0.0.1:8642'],
  ['http://[::1]:8642', 'http://[::1]:8642'],
  ['http://box.example:8642', 'http://box.example:8642'],
  ['https://box.example', 'https://box.example'],
  ['http://box.localhost:1', 'http://box.localhost:1'],
])('a page at %s is found later at %s', (origin, lasting) => expect(lastingOrigin(new URL(origin))).toBe(lasting));

it('any address but a name of one start is not the page’s alone', () => {
  for (const origin of ['http://127.0.0.1:1', 'http://localhost', 'http://[::1]:1', 'http://127.0.0.2:1', 'http://192.0.2.1:1', 'http://box.example'])
    expect([origin, isShared(new URL(origin))]).toEqual([origin, true]);
  expect(isShared(new URL('http://k7q2m9x4w1c8v5b3.localhost:1'))).toBe(false);
});
