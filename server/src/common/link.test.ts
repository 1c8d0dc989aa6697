import { expect, it } from 'vitest';
import { isPageLink, pageLink } from './link.ts';
import { newPageName } from './page-name.ts';

it.each([
  ['127.0.0.1', 'http://127.0.0.1:80/#k=K'],
  ['localhost', 'http://localhost:80/#k=K'],
  ['::1', 'http://[::1]:80/#k=K'],
  ['0.0.0.0', 'http://127.0.0.1:80/#k=K'],
  ['127.0.0.2', 'http://127.0.0.2:80/#k=K'],
  ['0:0::1', 'http://[::1]:80/#k=K'],
  ['::', 'http://[::1]:80/#k=K'],
  ['0:0:0:0:0:0:0:0', 'http://[::1]:80/#k=K'],
])('a page served at %s is found at %s', (host, link) => expect(pageLink(null, host, 80, 'K')).toBe(link));

const KEY = 'k_-'.padEnd(43, 'K');

it('a page with a name of its own is linked by that name', () => {
  const name = newPageName();
  expect(pageLink(name, '127.0.0.1', 80, 'K')).toBe(`http://${name}:80/#k=K`);
  expect(isPageLink(pageLink(name, '127.0.0.1', 80, KEY))).toBe(true);
});

it.each(['127.0.0.1', 'localhost', '::1', '::', '127.0.0.2'])('a link to a page served at %s is recognised', (host) =>
  expect(isPageLink(pageLink(null, host, 80, KEY))).toBe(true),
);

it.each([
  '',
  '\u001b]0;x\u0007',
  `http://127.0.0.1:80/#k=${KEY}\n`,
  `http://127.0.0.1:80/#k=${KEY}\u001b[2J`,
  `http://\u001b[2J/#k=${KEY}`,
  `http://a@127.0.0.1:80/#k=${KEY}`,
  `javascript://127.0.0.1:80/#k=${KEY}`,
  'http://127.0.0.1:80/#k=K',
])('%j is no link', (text) => expect(isPageLink(text)).toBe(false));
