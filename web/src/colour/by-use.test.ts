import { MAX_CLASSES } from './classes.ts';
import { usesOf } from '@procmap/shared/use/rules/map-text.fixture.ts';
import { USES } from '@procmap/shared/use/use-list.ts';
import { tile } from '@procmap/shared/intervals.ts';
import { LAYOUT_64 } from '@procmap/shared/table.fixture.ts';
import { describe, expect, it } from 'vitest';
import { parseQuery } from '../search/query.ts';
import { classesByUse, useToken } from './by-use.ts';

const uses = usesOf(`
  550000000000-550000010000 r-xp /bin/a
  550000100000-550000121000 rw-p [heap]
  7f0010000000-7f0010100000 rw-p`);
const intervals = tile(uses.table, LAYOUT_64);

describe('colours by use', () => {
  it('give each mapping the class of its use, and the kernel half its own', () => {
    const { of, list } = classesByUse(intervals, uses);
    const ids = Array.from(of, (each) => list[each]?.id).filter((id) => id?.startsWith('use-'));
    expect(ids).toEqual(['use-library', 'use-heap', 'use-none']);
    expect(list.length).toBeLessThanOrEqual(MAX_CLASSES);
  });

  it('are all unknown without uses', () => {
    const { of, list } = classesByUse(intervals, null);
    expect(Array.from(of, (each) => list[each]?.id).filter((id) => id?.startsWith('use-'))).toEqual(['use-none', 'use-none', 'use-none']);
  });

  it('are there for every use, and the legend finds its members', () => {
    for (const use of USES) expect([use, useToken(use)]).not.toEqual([use, 'class-unknown']);
    expect(useToken(null)).toBe('class-unknown');
    for (const each of classesByUse(intervals, uses).list) expect(parseQuery(each?.term ?? '')).not.toHaveProperty('problem');
  });
});
