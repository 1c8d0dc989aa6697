import { describe, expect, it } from 'vitest';
import { parseQuery } from './query.ts';
import { verdictOf } from './verdict.ts';

function verdict(typed: string, found: Partial<Parameters<typeof verdictOf>[0]> = {}): string {
  return verdictOf({ query: parseQuery(typed), hits: new Uint32Array(), position: -1, located: null, problem: '', elsewhere: '', ...found });
}

describe('verdictOf', () => {
  it('counts what terms match, and says at which match we are', () => {
    const hits = new Uint32Array(1200);
    expect([verdict('libc', { hits }), verdict('libc', { hits, position: 0 })]).toEqual(['1,200', '1 / 1,200']);
  });

  it('says why there is no match', () => {
    expect(verdict('')).toBe('');
    expect(verdict('libc')).toBe('no match');
    expect(verdict('libc', { elsewhere: '1 match is outside the user half.' })).toBe('no match here');
    expect(verdict('rss>1M', { problem: 'Read the figures first.' })).toBe('no figures');
    expect(verdict('0x7f92b03f1000')).toBe('no such address');
  });

  it('tells unfinished queries from wrong ones', () => {
    expect(verdict('size>')).toBe('unfinished');
    expect(verdict('size>x')).toBe('not understood');
  });
});
