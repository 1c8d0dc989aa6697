import { describe, expect, it } from 'vitest';
import { parseAt, parseMoment } from './moment.ts';

describe('a moment', () => {
  it.each([
    ['+0s', { afterFirst: 0 }],
    ['+12.5s', { afterFirst: 12_500 }],
    ['-10s', { beforeLast: 10_000 }],
    ['2026-12-01T12:30:00Z', { at: Date.UTC(2026, 11, 1, 12, 30) }],
    ['2026-12-01t12:30:00.25z', { at: Date.UTC(2026, 11, 1, 12, 30, 0, 250) }],
    ['2026-12-01T12:30:00+01:00', { at: Date.UTC(2026, 11, 1, 11, 30) }],
  ])('%s', (text, moment) => {
    expect(parseMoment(text)).toEqual(moment);
  });

  it.each(['', '12', '+12', '12s', '+-1s', '2026-12-01', '2026-12-01T12:30:00', '2026-13-01T12:30:00Z', 'now', '+1e3s'])('is not %j', (text) => {
    expect(parseMoment(text)).toBeNull();
    expect(() => parseAt(text)).toThrow(/--at must be a time/);
  });
});
