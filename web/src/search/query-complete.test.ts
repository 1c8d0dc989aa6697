import { intervalsOf } from '../axis/maps.fixture.ts';
import { Kind } from '@procmap/shared/kind.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleFigures } from '../figures/figures.fixture.ts';
import { findHits, readQuery } from './query.ts';
import { complete } from './query-complete.ts';
import { FIELDS } from './query-fields.ts';

const intervals = intervalsOf([
  { start: 16, end: 20, name: '/usr/lib/libc.so.6', perms: 5, kind: Kind.text },
  { start: 20, end: 24, name: '/usr/lib/libc.so.6', perms: 3, kind: Kind.data },
  { start: 30, end: 90, name: '/var/a file, "quoted"', perms: 1, kind: Kind.file },
  { start: 100, end: 101, name: '[heap]', perms: 3, kind: Kind.heap },
  { start: 110, end: 111, perms: 3 },
]);

/** The suggestions after a text, and the text with the first one taken. */
function offered(text: string, caret = text.length, asked = false): { labels: string[]; taken: string[] } {
  const { from, to, suggestions } = complete(text, caret, intervals, null, asked);
  return {
    labels: suggestions.map(({ label }) => label),
    taken: suggestions.map(({ insert }) => text.slice(0, from) + insert + text.slice(to)),
  };
}

describe('completion', () => {
  it('offers fields by their begin, then values that occur', () => {
    expect(offered('ki').labels).toEqual(['kind:']);
    expect(offered('si').taken).toEqual(['size>']);
    expect(offered('kind:').labels).toEqual(expect.arrayContaining(['heap', 'text', 'gap']) as string[]);
    expect(offered('kind:').labels).not.toContain('stack');
    expect(offered('kind:heap,te').taken[0]).toBe('kind:heap,text');
    expect(offered('kind:heap,').labels).not.toContain('heap');
    expect(offered('perm:').labels).toEqual(expect.arrayContaining(['r-x', 'rw-', 'w+x']) as string[]);
    expect(offered('views:').labels).toEqual(['yes', 'no', 'w+x']);
    // By mapped size.
    expect(offered('name:').labels).toEqual(['a file, "quoted"', 'libc.so.6', '[heap]']);
    expect(offered('name:a').taken[0]).toBe('name:"a file, \\"quoted\\""');
    expect(offered('name=lib').taken[0]).toBe('name=/usr/lib/libc.so.6');
    expect(offered('size>').labels).toContain('1M');
    expect(offered('-ki').taken).toEqual(['-kind:']);
    expect(offered('he').taken).toContain('kind:heap');
  });

  it('works at the caret, wherever it is', () => {
    expect(offered('ki size>1M', 2).taken).toEqual(['kind: size>1M']);
    expect(offered('size>1M kind:he name:x', 15).taken).toEqual(['size>1M kind:heap name:x']);
  });

  it('keeps out of the way of names and addresses', () => {
    for (const text of [
      '',
      'libc',
      'libc.so.6',
      '0x7f00',
      '7f92b03f1000',
      '0x7f00,4K',
      '1000-2000',
      'no such name',
      'my kind',
      'kind:heap',
      '"ki',
      '/usr/ki',
      'foo:x',
    ])
      expect(offered(text).labels, text).toEqual([]);
    // Unless requested, or after other terms.
    expect(offered('', 0, true).labels).toHaveLength(FIELDS.length);
    expect(offered('my kind', 7, true).labels).toEqual(['kind:']);
    expect(offered('size>1M ').labels.length).toBeGreaterThan(3);
    expect(offered('size>1M ki').labels).toEqual(['kind:']);
  });

  it('offers only what is understood, and finds something', () => {
    for (const field of FIELDS) {
      const text = `${field.name}${field.type === 'percent' || field.type === 'figure' || field.name === 'size' ? '>=' : ':'}`;
      const { from, to, suggestions } = complete(text, text.length, intervals, sampleFigures(intervals));
      for (const { insert } of suggestions) {
        const query = readQuery(text.slice(0, from) + insert + text.slice(to), intervals);
        expect(query.type, text + insert).toBe('terms');
        if (field.type === 'kind' || field.type === 'name' || field.type === 'flag')
          expect(findHits(query, intervals, sampleFigures(intervals)).length, text + insert).toBeGreaterThan(0);
      }
      expect(readQuery(field.example, intervals).type === 'terms' || field.type === 'kind', field.example).toBe(true);
    }
  });

  it('never fails, wherever the caret is', () => {
    const pieces = fc.array(fc.constantFrom('kind:', 'size', '>', '"', '\\', '-', ' ', ',', 'he', 'é'), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(pieces, fc.nat(30), fc.boolean(), (text, caret, asked) => {
        const { from, to } = complete(text, Math.min(caret, text.length), intervals, null, asked);
        expect(from).toBeLessThanOrEqual(to);
        expect(to).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 1000 },
    );
  });
});
