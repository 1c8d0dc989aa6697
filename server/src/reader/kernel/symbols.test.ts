import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { NO_SYMBOLS, readSymbols, type Symbols } from './symbols.ts';

const folder = mkdtempSync(join(tmpdir(), 'procmap-kallsyms-'));

afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string): Promise<Symbols> {
  const path = join(folder, 'kallsyms');
  writeFileSync(path, text);
  return readSymbols(path);
}

it('finds the wanted symbols in any order, and nothing else', async () => {
  const text =
    '0000000000000000 A fixed_percpu_data\nffffffff81e01d32 T _etext\nffffffff81000000 T _text\nffffffff81000000 T _textual\nffffffffc0201000 t _end\t[mod]\n';
  expect(await read(text)).toEqual({
    at: new Map([
      ['_etext', 0xffffffff81e01d32n],
      ['_text', 0xffffffff81000000n],
    ]),
    hidden: false,
  });
});

it.each([1, 9, 17, 24, 25, 26])('reads a file of any length, in which a line may lie across the end of a read: %d bytes of it before', async (before) => {
  const readBytes = 256 * 1024;
  const wanted = 'ffffffff81e01d32 T _etext\n';
  const filler = `ffffffff81000000 t ${'x'.repeat(readBytes - before - 20)}\n`;
  expect((await read(`${filler}${wanted}${filler.repeat(3)}ffffffff81000000 T _text\n`)).at).toEqual(
    new Map([
      ['_etext', 0xffffffff81e01d32n],
      ['_text', 0xffffffff81000000n],
    ]),
  );
});

it.each([
  ['zeros', '0000000000000000 T _text\n0000000000000000 T _etext\n'],
  ['nothing', ''],
])('takes %s for hidden', async (_, text) => expect(await read(text)).toEqual(NO_SYMBOLS));

it('treats an unreadable file as hidden', async () => expect(await readSymbols(join(folder, 'none'))).toEqual(NO_SYMBOLS));
