import { mapOf } from '@procmap/shared/use/rules/map-text.fixture.ts';
import { describe, expect, it } from 'vitest';
import { readObjects, seamsText } from './objects-answer.ts';

describe('an answer about files', () => {
  it('is read as ranges of pages', () => {
    expect(readObjects({ bss: [{ start: '0x00007f0000001000', end: '0x00007f0000003000' }], go: false })).toEqual({
      bss: [{ start: 0x7_f000_0001, end: 0x7_f000_0003 }],
      isGo: false,
    });
  });

  it.each([null, 1, {}, { bss: [], go: 'no' }, { bss: {}, go: true }, { bss: [{ start: '0x1001', end: '0x3000' }], go: true }, { bss: [1], go: true }])(
    '%j is none',
    (body) => {
      expect(readObjects(body)).toBeNull();
    },
  );
});

describe('the places behind files', () => {
  const MAP = '7f0000000000-7f0000001000 rw-p /lib/a\n7f0000001000-7f0000003000 rw-p\n7f0000008000-7f0000009000 rw-p';

  it('stay the same while memory elsewhere comes and goes', () => {
    const text = seamsText(mapOf(MAP).table);
    expect(text).not.toBe('');
    expect(seamsText(mapOf(`${MAP}\n7f0000010000-7f0000011000 rw-p`).table)).toBe(text);
    expect(seamsText(mapOf(MAP.replaceAll('7f0000001000', '7f0000002000')).table)).not.toBe(text);
    expect(seamsText(mapOf(MAP.replace('/lib/a', '/lib/another')).table)).not.toBe(text);
  });
});
