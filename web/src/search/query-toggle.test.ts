import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasTerms, toggleTerms } from './query-toggle.ts';

const legendTerms = ['kind:heap', 'kind:stack', 'perm:r-x', 'perm:rwxp', 'name="/usr/lib/libc.so.6"', 'name=""', 'name="a \\"b\\", c"', 'type:s', '-kind:gap'];

describe('toggleTerms', () => {
  it.each([
    ['', 'kind:heap', 'kind:heap'],
    ['kind:heap', 'kind:stack', 'kind:heap,stack'],
    ['kind:heap,stack', 'kind:stack', 'kind:heap'],
    ['kind:heap', 'kind:heap', ''],
    ['libc perm:w', 'kind:text', 'libc perm:w kind:text'],
    ['libc KIND:HEAP perm:w', 'kind:heap', 'libc perm:w'],
    ['name="/a"', 'name=""', 'name=/a,""'],
    ['name=/a,""', 'name=""', 'name=/a'],
    ['-kind:heap', 'kind:heap', '-kind:heap kind:heap'],
    ['resident>0% resident<25%', 'resident>0% resident<25%', ''],
    ['resident>0% resident<25% libc', 'resident>=25% resident<50%', 'libc resident>=25% resident<50%'],
    ['0x7f0000000000', 'kind:heap', 'kind:heap'],
    ['size>1M kind:', 'kind:heap', 'size>1M kind:heap'],
    ['no access', 'kind:anon', 'perm:none kind:anon'],
  ])('of %j and %j makes %j', (text, term, expected) => expect(toggleTerms(text, term)).toBe(expected));

  it('adds a missing term and removes a present one; twice changes nothing', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...legendTerms)), fc.constantFrom(...legendTerms), (before, term) => {
        const text = before.reduce(toggleTerms, '');
        const once = toggleTerms(text, term);
        expect(hasTerms(once, term)).toBe(!before.includes(term));
        for (const other of before) if (other !== term) expect(hasTerms(once, other)).toBe(true);
        // A term that was between others comes back as the last one.
        const twice = toggleTerms(once, term);
        expect(legendTerms.map((each) => hasTerms(twice, each))).toEqual(legendTerms.map((each) => hasTerms(text, each)));
        if (!before.includes(term)) expect(twice).toBe(text);
      }),
    );
  });
});
