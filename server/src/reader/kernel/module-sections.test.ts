import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseModules } from './loaded-modules.ts';
import { type ModuleSections, readModuleSections } from './module-sections.ts';

const HALF = { start: 2n ** 64n - 2n ** 47n, end: 2n ** 64n };
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'procmap-sections-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(module: string, sections: Readonly<Record<string, string>>): void {
  mkdirSync(join(root, module, 'sections'), { recursive: true });
  for (const [name, text] of Object.entries(sections)) writeFileSync(join(root, module, 'sections', name), text);
}

function read(...names: readonly string[]): Promise<ModuleSections> {
  const lines = names.map((name) => `${name} 4096 0 - Live 0xffffffffc0400000\n`).join('');
  return readModuleSections(root, parseModules(lines)?.list ?? [], HALF);
}

describe('the sections of loaded modules', () => {
  it('have the addresses in the files, except for freed ones', async () => {
    write('a', { '.text': '0xffffffffc0400000\n', '.init.text': '0xffffffffc0401000\n', '.symtab': '0xffffffffc0402000\n', '.strtab': '0xffffffffc0403000\n' });
    write('b_1', { '.text': '0xffffffffc0500000\n', __ksymtab: '0xffffffffc0501000\n' });
    const { of, error } = await read('a', 'b_1');
    expect(error).toBeNull();
    expect(of.get('a')).toEqual([{ name: '.text', address: 0xffffffffc0400000n }]);
    expect(new Set(of.get('b_1')?.map(({ name }) => name))).toEqual(new Set(['.text', '__ksymtab']));
  });

  it.each([
    ['hidden', '0x0000000000000000\n'],
    ['of a process', '0x00007fffffffe000\n'],
    ['no address', 'ffffffffc0400000\n'],
    ['too long', `0x${'f'.repeat(80)}\n`],
    ['empty', ''],
  ])('are not used of a module with one that is %s', async (_, text) => {
    write('a', { '.text': '0xffffffffc0400000\n', '.data': text });
    write('b', { '.text': '0xffffffffc0500000\n' });
    const { of, error } = await read('a', 'b');
    expect([[...of.keys()], error]).toEqual([['b'], 'a section that is not in the kernel half']);
  });

  it('are not looked for outside of the folder, whatever a module is called, and only in a plausible number', async () => {
    write('../secret', { '.text': '0xffffffffc0400000\n' });
    expect(await read('../secret', '..', '.')).toEqual({ of: new Map(), error: 'a module of an unusual name' });
    rmSync(join(root, '../secret'), { recursive: true });
    write('many', Object.fromEntries(Array.from({ length: 513 }, (_, i) => [`.text.${i}`, '0xffffffffc0400000\n'])));
    expect(await read('many')).toEqual({ of: new Map(), error: 'too many sections' });
  });

  it('are missing with the name of the error, and only of that module', async () => {
    write('a', { '.text': '0xffffffffc0400000\n' });
    expect(await read('gone', 'a')).toMatchObject({ of: new Map([['a', [{ name: '.text' }]]]), error: 'ENOENT' });
  });
});
