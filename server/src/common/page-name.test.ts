import { expect, it } from 'vitest';
import { isPageName, newPageName, pageNameFor } from './page-name.ts';

it('is a name below localhost of 16 letters and digits, a letter first, and never the same again', () => {
  const names = Array.from({ length: 2000 }, newPageName);
  for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9]{15}\.localhost$/);
  expect(new Set(names).size).toBe(2000);
  expect(names.every(isPageName)).toBe(true);
});

it('may have every letter and every digit, at every place', () => {
  const seen = Array.from({ length: 16 }, () => new Set<string>());
  // Enough that one of 36 signs is missing only once in 10^22 runs.
  for (let i = 0; i < 2000; i++) Array.from(newPageName().slice(0, 16)).forEach((sign, place) => seen[place]?.add(sign));
  expect(seen.map(({ size }) => size)).toEqual([26, ...Array.from({ length: 15 }, () => 36)]);
});

it.each(['127.0.0.1', 'localhost', '::1', '0:0::1'])('is for a page of this machine: at %s', (host) => {
  expect(pageNameFor({ host, plainOrigin: false })).toMatch(/\.localhost$/);
  expect(pageNameFor({ host, plainOrigin: true })).toBeNull();
});

it.each(['0.0.0.0', '::', '0:0::0', '127.0.0.2', '192.0.2.1', '2001:db8::1', '::ffff:127.0.0.1'])('is not for what listens at %s', (host) =>
  expect(pageNameFor({ host, plainOrigin: false })).toBeNull(),
);
