import { expect, it } from 'vitest';
import { pictureEnding, timeText } from './sharing.ts';

it('shows local time with its zone, and uses it in file names', () => {
  const at = new Date(2026, 10, 6, 4, 3, 2);
  expect(timeText(at)).toMatch(/^2026-11-06 04:03:02 [+-]\d{4}$/);
  expect(Date.parse(timeText(at).replace(' ', 'T').replace(' ', ''))).toBe(at.getTime());
  expect(pictureEnding(at, 'svg')).toBe('-2026-11-06T040302.svg');
});
