import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newEtag, startTimeOf } from './etag.ts';

it('contains the start time of its process, and is never repeated', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.maxSafeNat(), (startTime) => {
      const etag = newEtag(startTime);
      expect(startTimeOf(etag)).toBe(startTime);
      expect(etag.length).toBeLessThanOrEqual(64);
      expect(seen.has(etag)).toBe(false);
      seen.add(etag);
    }),
  );
});

it('is null without a start time', () => {
  for (const text of ['', '-', '-1-x-1', 'x1-', '1', '12345678901234567-x', ' 1-x', '1e3-x', '0x1-x']) expect(startTimeOf(text), text).toBeNull();
});
