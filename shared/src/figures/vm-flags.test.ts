import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PERM_READ, PERM_SHARED, permsText, typeText } from '../perms.ts';
import { mergeKey, permsOfFlags, vmFlags } from './vm-flags.ts';

it('explains flags in their order, and shows one that it does not know', () => {
  expect(vmFlags('rd mr gd zz')).toEqual([
    { code: 'rd', words: 'readable' },
    { code: 'mr', words: 'may be made readable' },
    { code: 'gd', words: 'grows downwards, like a stack' },
    { code: 'zz', words: '' },
  ]);
  expect(vmFlags('')).toEqual([]);
});

it('knows every flag of this kernel’s mappings', () => {
  const lines = readFileSync('/proc/self/smaps', 'latin1').match(/^VmFlags: .*$/gm) ?? [];
  expect(lines.length).toBeGreaterThan(10);
  for (const line of lines) for (const { code, words } of vmFlags(line.slice('VmFlags: '.length))) expect(words, code).not.toBe('');
});

it('gives the same permissions as maps', () => {
  let perms = '';
  for (const text of readFileSync('/proc/self/smaps', 'latin1').split('\n')) {
    perms = /^[0-9a-f]+-[0-9a-f]+ (\S{4}) /.exec(text)?.[1] ?? perms;
    if (!text.startsWith('VmFlags: ')) continue;
    const bits = permsOfFlags(text.slice('VmFlags: '.length)) ?? -1;
    expect([text, permsText(bits) + typeText(bits)]).toEqual([text, perms]);
  }
  // As for a file that was opened for reading only.
  expect(permsOfFlags('rd mr me ms sd')).toBe(PERM_READ | PERM_SHARED);
  expect(permsOfFlags('')).toBeNull();
});

it('compares what keeps mappings apart', () => {
  expect(mergeKey('rd wr mr sd gu')).toBe(mergeKey('rd wr mr'));
  expect(mergeKey('rd wr mr hg')).not.toBe(mergeKey('rd wr mr'));
});
