import { Kind } from '@procmap/shared/kind.ts';
import { describe, expect, it } from 'vitest';
import { intervalsOf, library } from '../axis/maps.fixture.ts';
import { baseName, intervalName, titleOf } from './naming.ts';

describe('an interval', () => {
  const intervals = intervalsOf([...library('/usr/lib/libc.so.6', 1000, 300), { start: 4000, end: 4001 }]);

  it('has a name, mapping or not', () => {
    expect(intervalName(intervals, 0)).toBe('NULL trap');
    expect(intervalName(intervals, 1)).toBe('sparse');
    expect(intervalName(intervals, 3)).toBe('/usr/lib/libc.so.6');
    expect(intervalName(intervals, 8)).toBe('anonymous');
  });

  it('has a title, by its kind if it has no name', () =>
    expect([0, 1, 3, 8].map((index) => titleOf(intervals, index))).toEqual(['NULL trap', 'Sparse region', '/usr/lib/libc.so.6', 'Anonymous']));

  it('shows a hostile name escaped', () => {
    const hostile = intervalsOf([{ start: 5, end: 6, name: '/tmp/a\u202eb', kind: Kind.file }]);
    expect(intervalName(hostile, 2)).toBe('/tmp/a\\u{202e}b');
  });

  it('has the last part of a path for a short name', () => {
    expect(baseName('/a/b (deleted)')).toBe('b (deleted)');
    expect(baseName('[heap]')).toBe('[heap]');
    expect(baseName('/')).toBe('/');
  });
});
