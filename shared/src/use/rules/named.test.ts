import { describe, expect, it } from 'vitest';
import { factsOf } from './map-text.fixture.ts';

describe('names', () => {
  it.each([
    ['[heap]', 'heap', ''],
    ['[vdso]', 'vdso', ''],
    ['[anon: glibc: malloc arena]', 'malloc_arena', 'glibc: malloc arena'],
    ['[anon: glibc: pthread stack: 4711]', 'thread_stack', 'glibc: pthread stack: 4711'],
    ['[anon:Go: heap]', 'gc_heap', 'Go heap'],
    ['[anon:Go: gc bits]', 'allocator', 'Go runtime'],
    ['[anon:tcmalloc_region_NORMAL]', 'allocator', 'tcmalloc_region_NORMAL'],
    ['[anon:my arena]', 'named', 'my arena'],
    ['[anon_shmem:frames]', 'shared_memory', 'frames'],
  ])('%s is told', (name, use, of) => {
    expect(factsOf(`7f0000000000-7f0000100000 rw-p ${name}`)).toMatchObject([{ use, of, certainty: 'told' }]);
  });

  it('of a file are never taken for those', () => {
    expect(factsOf('7f0000000000-7f0000100000 rw-p /tmp/[anon:Go: heap]')).toMatchObject([{ use: 'library' }]);
  });
});
