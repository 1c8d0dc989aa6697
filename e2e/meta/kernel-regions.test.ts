import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindOfRegion } from '@procmap/shared/kernel-half.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { kindSentence, regionSentence } from '@procmap/shared/words.ts';
import { describe, expect, it } from 'vitest';

const LKM = join(import.meta.dirname, '..', '..', 'lkm');
const SOURCES = readdirSync(join(LKM, 'arch'))
  .filter((name) => name.endsWith('.c'))
  .map((name) => join('arch', name))
  .concat('regions.c');

/** Names of regions in a C source. Those that end in ' region' name segments, for another file of the module. */
function regionNames(path: string): string[] {
  const calls = readFileSync(join(LKM, path), 'utf8').matchAll(/\b(?:region_add|add_\w+)\(list,[^;]*?"([^"]+)"\);/g);
  return Array.from(calls, ([, name = '']) => name).filter((name) => !name.endsWith(' region'));
}

const NAMES = [...new Set(SOURCES.flatMap(regionNames))].sort();

describe('a region that the kernel module names', () => {
  it('is found in its sources', () => expect(NAMES).toEqual(expect.arrayContaining(['KASAN shadow', 'direct map', 'fixmap', 'kmap', 'vector table'])));

  it.each(NAMES)('%s has its own description', (name) => {
    const kind = kindOfRegion({ kind: name });
    expect(regionSentence(name, kind)).not.toBe(kindSentence(Kind.kernel_fixed));
  });
});
