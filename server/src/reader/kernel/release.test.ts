import { expect, it } from 'vitest';
import { isSince } from './release.ts';

it.each([
  ['6.4.0', true],
  ['6.12.117+deb12-amd64', true],
  ['7.0.0', true],
  ['6.3.9', false],
  ['5.10.0', false],
  ['nonsense', false],
])('%s is of Linux 6.4 or later: %s', (release, expected) => expect(isSince(release, [6, 4])).toBe(expected));
