import { expect, it } from 'vitest';
import { pageLink } from './link.ts';

it.each([
  ['127.0.0.1', 'http://127.0.0.1:80/#k=K'],
  ['localhost', 'http://localhost:80/#k=K'],
  ['::1', 'http://[::1]:80/#k=K'],
  ['0.0.0.0', 'http://127.0.0.1:80/#k=K'],
  ['127.0.0.2', 'http://127.0.0.2:80/#k=K'],
  ['0:0::1', 'http://[::1]:80/#k=K'],
  ['::', 'http://[::1]:80/#k=K'],
  ['0:0:0:0:0:0:0:0', 'http://[::1]:80/#k=K'],
])('a page served at %s is found at %s', (host, link) => {
  expect(pageLink(host, 80, 'K')).toBe(link);
});
