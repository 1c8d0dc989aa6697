import { describe, expect, it } from 'vitest';
import { factsOf, wordsOf } from './map-text.fixture.ts';

describe('permissions', () => {
  it('tell generated code, guards, reserves and huge pages', () => {
    const text = `
      7f0000000000-7f0000010000 rwxp
      7f0000010000-7f0000011000 ---p
      7f0000020000-7f0000120000 ---p
      7f0000200000-7f0000400000 rw-p ; rd wr ht`;
    expect(wordsOf(text)).toEqual(['jit_code', 'guard', 'reserve', 'huge_pages']);
    expect(factsOf(text)[2]).toMatchObject({ certainty: 'seen', evidence: 'its 1 MB have no access' });
  });

  it('tell nothing of plain memory', () => {
    expect(factsOf('7f0000000000-7f0000010000 rw-p ; rd wr mr mw me ac')).toEqual([{ use: null, of: '', evidence: '', certainty: null }]);
  });
});
