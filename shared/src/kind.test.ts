import { afterEach, describe, expect, it, vi } from 'vitest';
import { KIND_LIST, type KindGroup } from './kind-list.ts';
import { isMappingKind, Kind, KINDS, kindName, kindsOf, MAX_KINDS } from './kind.ts';

it('names every kind by its index and has no other', () => {
  expect(KINDS.map((name) => kindName(Kind[name]))).toEqual([...KINDS]);
  expect(new Set(KINDS).size).toBe(KINDS.length);
  for (const none of [-1, KINDS.length, 255, NaN, 0.5]) expect(() => kindName(none)).toThrow(RangeError);
});

it('tells apart mappings, unmapped regions and the kernel half', () => {
  expect(KINDS.filter((name) => !isMappingKind(Kind[name]))).toEqual([
    ...['gap', 'null_trap', 'hole', 'beyond'],
    ...KIND_LIST.flatMap(([name, group]) => (group === 'kernel' ? [name] : [])),
  ]);
  expect(KINDS.length).toBeLessThanOrEqual(MAX_KINDS);
});

describe('a kind that is appended', () => {
  afterEach(() => {
    vi.doUnmock('./kind-list.ts');
    vi.resetModules();
  });

  it.each<KindGroup>(['empty', 'mapping', 'kernel'])('to the %s ones is one of them, and moves no other', async (group) => {
    vi.resetModules();
    vi.doMock('./kind-list.ts', () => ({ KIND_LIST: [...KIND_LIST, ['appended', group]] }));
    const longer = await import('./kind.ts');
    const last = KINDS.length;
    expect(longer.KINDS).toEqual([...KINDS, 'appended']);
    expect(longer.isMappingKind(last)).toBe(group === 'mapping');
    for (const each of ['empty', 'mapping', 'kernel'] as const) expect(longer.kindsOf(each)).toEqual(each === group ? [...kindsOf(each), last] : kindsOf(each));
  });
});
