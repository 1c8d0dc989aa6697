import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindOfRegion } from '@procmap/shared/kernel-half.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { kindSentence, regionSentence } from '@procmap/shared/words.ts';
import { describe, expect, it } from 'vitest';

const LKM = join(import.meta.dirname, '..', '..', 'lkm');
const SOURCES = readdirSync(LKM, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.c'))
  .map((path) => readFileSync(join(LKM, path), 'utf8'))
  .join('');

/** The first name of a region_add() is that of kernel_regions; NULL: only the other file has the region. */
const CALLS = Array.from(SOURCES.matchAll(/^\t+region_add\(list,\s+(?:"([^"]+)"|(\S+)),/gm), ([, name, other]) => ({ name, other }));
/** Parts of the image, by the names of the kernel's resources. */
const PARTS = Array.from(SOURCES.matchAll(/\{ "Kernel \w+", "([^"]+)" \}/g), ([, name = '']) => name);
const NAMES = [...new Set([...CALLS.flatMap(({ name }) => name ?? []), ...PARTS])].sort();

describe('a region that the kernel module names', () => {
  it('is found in its sources, wherever it is added', () => {
    expect(NAMES).toEqual(expect.arrayContaining(['KASAN shadow', 'bss', 'direct map', 'fixmap', 'kmap', 'text', 'vector table']));
    expect(CALLS).toHaveLength([...SOURCES.matchAll(/^\t.*\bregion_add\(/gm)].length);
    expect(new Set(CALLS.flatMap(({ other }) => other ?? []))).toEqual(new Set(['NULL', 'parts[i].region']));
  });

  it.each(NAMES)('%s has its own description', (name) => {
    const kind = kindOfRegion({ kind: name });
    expect(regionSentence(name, kind)).not.toBe(kindSentence(Kind.kernel_fixed));
  });
});
