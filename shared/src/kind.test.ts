import { expect, it } from 'vitest';
import { isMappingKind, Kind, KINDS, kindName } from './kind.ts';

it('names every kind by its index and has no other', () => {
  expect(KINDS.map((name) => kindName(Kind[name]))).toEqual([...KINDS]);
  expect(new Set(KINDS).size).toBe(KINDS.length);
  for (const none of [-1, KINDS.length, 255, NaN, 0.5]) expect(() => kindName(none)).toThrow(RangeError);
});

it('tells mappings from what is not mapped and from the kernel half', () => {
  expect(KINDS.filter((name) => !isMappingKind(Kind[name]))).toEqual(['gap', 'null_trap', 'hole', 'beyond', ...KINDS.slice(Kind.unknown)]);
  expect(KINDS.length).toBeLessThanOrEqual(28);
});
