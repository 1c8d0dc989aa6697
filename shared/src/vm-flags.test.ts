import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { vmFlags } from './vm-flags.ts';

it('explains flags in their order, and shows one that it does not know', () => {
  expect(vmFlags('rd mr gd zz')).toEqual([
    { code: 'rd', words: 'readable' },
    { code: 'mr', words: 'may be made readable' },
    { code: 'gd', words: 'grows downwards, as a stack does' },
    { code: 'zz', words: '' },
  ]);
  expect(vmFlags('')).toEqual([]);
});

it('knows every flag of this kernel’s mappings', () => {
  const lines = readFileSync('/proc/self/smaps', 'latin1').match(/^VmFlags: .*$/gm) ?? [];
  expect(lines.length).toBeGreaterThan(10);
  for (const line of lines) for (const { code, words } of vmFlags(line.slice('VmFlags: '.length))) expect(words, code).not.toBe('');
});
