import { parse } from 'csv-parse/sync';
import { identify } from '../use/rules/identify.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvPart, regionsCsv, textCell } from './csv.ts';
import { tile } from '../intervals.ts';
import { halvesIn } from '../kernel-half.fixture.ts';
import { regionParts } from '../kernel-parts.ts';
import { Kind, kindName } from '../kind.ts';
import type { Layout } from '../layout.ts';
import { regionJson } from './map-json.ts';
import { LAYOUT_64, layouts, type Line, linesIn, manyLines, tableOf, TEXT_LINE } from '../table.fixture.ts';

const HEADER = 'name,size_bytes,start_va,end_va,perms,type,file_offset,device,inode,space,kind,source,use,use_of,use_evidence,use_certainty';
const LINE = TEXT_LINE;
const spaces = layouts.chain((layout) => fc.tuple(fc.constant(layout), linesIn(layout), halvesIn(layout)));

type Row = Readonly<Record<string, string>>;

function csvOf(lines: readonly Line[], part: CsvPart, layout = LAYOUT_64): string {
  return [...regionsCsv(tile(tableOf(lines), layout), part)].join('');
}

/**
 * Rows as parsed by an independent, strict reader: every row must have every column, and quotes may only appear where
 * RFC 4180 allows them.
 */
function rowsOf(csv: string): Row[] {
  return parse(csv, { columns: true, record_delimiter: '\r\n', relax_quotes: false, relax_column_count: false });
}

/** A cell without the leading `'` against formulas. */
function unmarked(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}

/** The row of a single mapping. */
function rowOf(line: Partial<Line>): Row {
  const row = rowsOf(csvOf([{ ...LINE, ...line }], 'maps')).find(({ source }) => source === 'maps');
  if (row === undefined) throw new Error('no mapping among the rows');
  return row;
}

/** First characters, after spaces, by which a spreadsheet recognises a formula. */
const STARTERS = ['=', '+', '-', '@', '|', '%', '\t', '\r', '\uff1d', '\uff0b', '\uff0d', '\uff20', '\uff5c', '\uff05'];

function isSafe(cell: string): boolean {
  return !STARTERS.some((starter) => cell.startsWith(starter) || cell.replace(/^[\s\u00a0]+/, '').startsWith(starter));
}

describe('the rows', () => {
  it('of both parts together tile the whole space, each in its half, and say what the JSON says', () => {
    fc.assert(
      fc.property(spaces, ([layout, lines, half]) => {
        const intervals = tile(tableOf(lines), layout, regionParts(half, layout));
        const [maps, kernel] = (['maps', 'kernel'] as const).map((part) => rowsOf([...regionsCsv(intervals, part)].join('')));
        for (const rows of [maps ?? [], kernel ?? []])
          for (let i = 1; i < rows.length; i++) expect(BigInt(rows[i]?.['end_va'] ?? '')).toBeLessThanOrEqual(BigInt(rows[i - 1]?.['start_va'] ?? ''));
        // [vsyscall] belongs to the process but is in the kernel half, so the two lists are merged by address.
        const all = [...(maps ?? []), ...(kernel ?? [])].sort((a, b) => (BigInt(a['start_va'] ?? '') > BigInt(b['start_va'] ?? '') ? -1 : 1));
        expect(kernel?.every(({ space, source }) => space === 'kernel' && source !== 'maps')).toBe(true);
        expect(maps?.every(({ space, source }) => space !== 'kernel' || source === 'maps')).toBe(true);
        expect(all).toHaveLength(intervals.length);
        let above = BigInt(layout.end) * 4096n;
        all.forEach((row, i) => {
          const region = regionJson(intervals, intervals.length - 1 - i);
          expect(BigInt(row['end_va'] ?? '')).toBe(above);
          above = BigInt(row['start_va'] ?? '');
          expect(row['size_bytes']).toBe((BigInt(region.end) - BigInt(region.start)).toString());
          expect({
            name: unmarked(row['name'] ?? ''),
            start: BigInt(row['start_va'] ?? ''),
            perms: unmarked(row['perms'] ?? ''),
            type: row['type'],
            offset: row['file_offset'],
            device: row['device'],
            inode: row['inode'],
            space: row['space'],
            kind: row['kind'],
            source: row['source'],
          }).toEqual({
            name: region.name,
            start: BigInt(region.start),
            perms: region.perms ?? '',
            type: region.type ?? '',
            offset: region.offset ?? '',
            device: region.device ?? '',
            inode: String(region.inode ?? ''),
            space: region.space,
            kind: region.kind,
            source: region.source,
          });
        });
        expect(above).toBe(0n);
      }),
      { numRuns: 200 },
    );
  });

  it('are safe to be opened in a spreadsheet, whatever the names are', () =>
    fc.assert(
      fc.property(spaces, ([layout, lines]) => {
        for (const row of rowsOf(csvOf(lines, 'maps', layout))) for (const cell of Object.values(row)) expect([cell, isSafe(cell)]).toEqual([cell, true]);
      }),
    ));

  const NO_USE_CELLS = { use: '', use_of: '', use_evidence: '', use_certainty: '' };

  it('say what a mapping is for, if that is known; a hostile name is safe to open there, too', () => {
    const table = tableOf([{ ...LINE, kind: Kind.shmem, name: '[anon_shmem:=1+1]' }]);
    const uses = identify(table, { flags: null, threads: null, objects: null, commandLine: '' });
    const rows = rowsOf([...regionsCsv(tile(table, LAYOUT_64), 'maps', uses)].join(''));
    expect(rows.map(({ use, use_of, use_evidence, use_certainty }) => [use, use_of, use_evidence, use_certainty]).filter(([use]) => use !== '')).toEqual([
      ['shared_memory', "'=1+1", 'the program calls it “=1+1”', 'told'],
    ]);
  });

  it('say all of a mapping', () =>
    expect(rowOf({})).toEqual({
      name: '/bin/true',
      size_bytes: '12288',
      start_va: '0x0000000000400000',
      end_va: '0x0000000000403000',
      perms: 'r-x',
      type: 'p',
      file_offset: '0x2000',
      device: 'fe:01',
      inode: '7',
      space: 'user',
      kind: 'text',
      source: 'maps',
      ...NO_USE_CELLS,
    }));

  it('of unmapped regions only have their place', () => {
    const [kernel] = rowsOf(csvOf([], 'kernel'));
    expect(kernel).toEqual({
      name: '',
      size_bytes: '140737488355328',
      start_va: '0xffff800000000000',
      end_va: '0x10000000000000000',
      perms: '',
      type: '',
      file_offset: '',
      device: '',
      inode: '',
      space: 'kernel',
      kind: 'unknown',
      source: 'computed',
      ...NO_USE_CELLS,
    });
    expect(rowsOf(csvOf([], 'maps')).map(({ kind, space, size_bytes }) => [kind, space, size_bytes])).toEqual([
      ['hole', 'none', '18446462598732840960'],
      ['beyond', 'user', '4096'],
      ['gap', 'user', '140737488347136'],
      ['null_trap', 'user', '4096'],
    ]);
  });

  it('are exact above 2^53', () => {
    expect(rowOf({ inodeLow: 1, inodeHigh: 2 ** 21 })['inode']).toBe('9007199254740993');
    expect(rowOf({ inodeLow: 0xffffffff, inodeHigh: 0xffffffff })['inode']).toBe('18446744073709551615');
    expect(rowOf({ offset: 2 ** 52 - 1 })['file_offset']).toBe('0xfffffffffffff000');
    expect(rowOf({ start: 1, end: 2 ** 52 })).toMatchObject({ size_bytes: '18446744073709547520', end_va: '0x10000000000000000' });
  });

  it('tell permissions that begin with a dash as text, and so with the mark', () => {
    for (const [perms, cell] of [
      [0, "'---"],
      [2, "'-w-"],
      [4, "'--x"],
      [6, "'-wx"],
      [1, 'r--'],
      [7, 'rwx'],
    ] as const) {
      expect(rowOf({ perms })['perms']).toBe(cell);
      expect(unmarked(cell)).toBe(regionJson(tile(tableOf([{ ...LINE, perms }]), LAYOUT_64), 2).perms);
    }
    expect([rowOf({ perms: 8 })['type'], rowOf({ perms: 0 })['type']]).toEqual(['s', 'p']);
  });

  it('of a 32-bit kernel end at 2^32, with addresses of 16 digits', () => {
    const layout: Layout = { bits: 32, processBits: 32, taskEnd: 0xc0000, userEnd: 0xc0000, kernelStart: 0xc0000, end: 2 ** 20, pagingLevels: 0 };
    expect(rowsOf(csvOf([], 'kernel', layout))).toMatchObject([{ start_va: '0x00000000c0000000', end_va: '0x0000000100000000', size_bytes: '1073741824' }]);
  });

  it('of [vsyscall] are among those of the process', () => {
    const gate: Line = { ...LINE, start: 0xf_ffff_ffff_f600, end: 0xf_ffff_ffff_f601, kind: Kind.vsyscall, name: '[vsyscall]' };
    expect(rowsOf(csvOf([gate], 'maps'))[0]).toMatchObject({ name: '[vsyscall]', space: 'kernel', source: 'maps', kind: kindName(Kind.vsyscall) });
    expect(rowsOf(csvOf([gate], 'kernel')).map(({ end_va }) => end_va)).toEqual(['0x10000000000000000', '0xffffffffff600000']);
  });
});

describe('a name', () => {
  it.each([
    ['tab\there', 'tab\\there'],
    ['/a\x1b[31m', '/a\\x1b[31m'],
    ['/bidi\u00e2\u0080\u00aetxt.exe', '/bidi\\u{202e}txt.exe'],
    ['/<img src=x onerror=alert(1)>', '/<img src=x onerror=alert(1)>'],
    ['/bad\xff\xfe', '/bad\\xff\\xfe'],
    ['/"quoted"', '/"quoted"'],
    ['"', '"'],
    ['""', '""'],
    ['/a,b,"c",', '/a,b,"c",'],
    ['/new\\012line', '/new\\nline'],
    ['/cr\r', '/cr\\x0d'],
    ['/end (deleted)', '/end (deleted)'],
    ['/\u00c3\u00a4', '/ä'],
    // A byte order mark only counts at the beginning of a file; here it is escaped.
    ['\u00ef\u00bb\u00bf=1', '\\u{feff}=1'],
    ['=cmd()', "'=cmd()"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(1)', "'@SUM(1)"],
    ['|calc', "'|calc"],
    ['%0', "'%0"],
    ['  =1', "'  =1"],
    ['   @', "'   @"],
    ["'", "''"],
    ["'=1", "''=1"],
    ["  'x", "'  'x"],
    ['\u00ef\u00bc\u009d1', "'＝1"],
    ['\u00ef\u00bc\u008b1', "'＋1"],
    ['\u00ef\u00bc\u008d1', "'－1"],
    ['\u00ef\u00bc\u00a01', "'＠1"],
    ['\u00ef\u00bd\u009c1', "'｜1"],
    ['\u00ef\u00bc\u0085 1', "'％ 1"],
    ['  \u00ef\u00bc\u009d1', "'  ＝1"],
    // Escaped, they begin with a backslash.
    ['\t=1', '\\t=1'],
    ['\r=1', '\\x0d=1'],
    ['\u00c2\u00a0=1', '\\u{a0}=1'],
  ])('%j is the cell %j', (bytes, cell) => {
    const { name } = rowOf({ name: bytes });
    expect(name).toBe(cell);
    expect(unmarked(name ?? '')).toBe(regionJson(tile(tableOf([{ ...LINE, name: bytes }]), LAYOUT_64), 2).name);
  });
});

describe('a cell', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.tuple(fc.constantFrom('', ' ', '\u3000', '\u00a0 ', '\n'), fc.constantFrom(...STARTERS, "'", '"', ','), fc.string()).map((parts) => parts.join('')),
  );

  it('is the text again, when one leading mark is taken away, for any text', () =>
    fc.assert(
      fc.property(texts, (text) => {
        const [[cell = ''] = []] = parse(`${textCell(text)}\r\n`, { record_delimiter: '\r\n' });
        expect(unmarked(cell)).toBe(text);
        expect([cell, isSafe(cell)]).toEqual([cell, true]);
      }),
      { numRuns: 1000 },
    ));

  it('has no mark that it does not need', () =>
    expect(['', 'a', 'a=b', ' a', '/=x', '[heap]'].map(textCell)).toEqual(['""', '"a"', '"a=b"', '" a"', '"/=x"', '"[heap]"']));
});

describe('the file', () => {
  it('has a header, lines that end in CRLF, every text quoted, and no byte order mark', () => {
    const csv = csvOf([LINE], 'maps');
    const [header, ...lines] = csv.split('\r\n');
    expect(header).toBe(HEADER);
    expect(lines.pop()).toBe('');
    expect(lines.join('')).not.toMatch(/[\r\n]/);
    for (const line of lines)
      expect(line).toMatch(
        /^"[^"]*",[0-9]+,0x[0-9a-f]{16,17},0x[0-9a-f]{16,17},"[^"]*","[sp]?",(0x[0-9a-f]+)?,"[^"]*",[0-9]*,"\w+","\w+","\w+","\w*","[^"]*","[^"]*","\w*"$/,
      );
    expect(lines[3]).toBe('"/bin/true",12288,0x0000000000400000,0x0000000000403000,"r-x","p",0x2000,"fe:01",7,"user","text","maps","","","",""');
    expect(Buffer.from(csv).subarray(0, 4).toString('latin1')).toBe('name');
  });

  it('is complete even in several chunks', () => {
    for (const count of [0, 1, 510, 511, 512, 513, 1023, 1024, 1025, 5000]) {
      const intervals = tile(tableOf(manyLines(count)), LAYOUT_64);
      const chunks = [...regionsCsv(intervals, 'maps')];
      expect(rowsOf(chunks.join(''))).toHaveLength(intervals.length - 1);
      if (count === 5000) expect(chunks.length).toBeGreaterThan(5);
    }
  });

  it('has only its header where its part is empty', () => {
    const layout: Layout = { ...LAYOUT_64, kernelStart: 2 ** 52 - 1 };
    const gate: Line = { ...LINE, start: 2 ** 52 - 1, end: 2 ** 52 };
    expect(csvOf([gate], 'kernel', layout)).toBe(`${HEADER}\r\n`);
  });
});
