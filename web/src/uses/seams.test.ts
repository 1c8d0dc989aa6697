import { mapOf } from '@procmap/shared/use/rules/map-text.fixture.ts';
import { describe, expect, it } from 'vitest';
import { seamsText } from './seams.ts';

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
