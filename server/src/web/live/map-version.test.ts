import { decodeFrame, encodeSnapshot } from '@procmap/shared/codec.ts';
import { apply } from '@procmap/shared/diff.ts';
import type { MapMeta } from '@procmap/shared/frame.ts';
import { nameCount } from '@procmap/shared/text/names.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import { linesOf, manyLines, META, tableOf, tables } from '@procmap/shared/table.fixture.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MapVersion } from './map-version.ts';

/** A version of a table, made from the reader's frame, after another one. */
function versionOf(table: MappingTable, before: MapVersion | null = null, meta: MapMeta = META): MapVersion {
  return MapVersion.ofFrame(encodeSnapshot(0, meta, table), (before?.sequence ?? 0) + 1, before);
}

/** Successive versions of the tables. */
function versionsOf(each: readonly MappingTable[]): MapVersion[] {
  const versions: MapVersion[] = [];
  for (const table of each) versions.push(versionOf(table, versions.at(-1) ?? null));
  return versions;
}

/** Handles frames like a page. */
class Page {
  version: MapVersion | null = null;
  table: MappingTable | null = null;

  take(version: MapVersion): void {
    const frame = decodeFrame(version.frameFrom(this.version));
    expect(frame).toMatchObject({ sequence: version.sequence, meta: version.meta });
    if (frame.type === 'snapshot') this.table = frame.table;
    else {
      expect(frame.base).toBe(this.version?.sequence);
      if (this.table === null) throw new Error('a delta for a page that has nothing');
      this.table = apply(this.table, frame.delta);
    }
    this.version = version;
  }
}

describe('a viewer', () => {
  it('that skips versions has the latest table after each frame that it takes, and so have all others', () => {
    const looks = fc.array(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(tables, { minLength: 1, maxLength: 6 }), looks, (each, takes) => {
        const pages = [new Page(), new Page(), new Page()];
        versionsOf(each).forEach((version, i) =>
          pages.forEach((page, who) => {
            if (takes[i]?.[who] !== true) return;
            page.take(version);
            expect(linesOf(page.table ?? tableOf([]))).toEqual(linesOf(each[i] ?? tableOf([])));
          }),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('gets the right names by delta after delta, when names go and come', () => {
    const rows = manyLines(300);
    const named = (...names: string[]) => tableOf(rows.map((line, i) => ({ ...line, name: i < names.length ? (names[i] ?? '') : 'lib' })));
    const each = [named('a', 'b'), named('b'), named('c', 'b'), named('', 'a', 'd'), named('d', 'c')];
    const page = new Page();
    versionsOf(each).forEach((version, i) => {
      expect(decodeFrame(version.frameFrom(page.version)).type).toBe(i === 0 ? 'snapshot' : 'delta');
      page.take(version);
      expect(linesOf(page.table ?? tableOf([]))).toEqual(linesOf(each[i] ?? tableOf([])));
    });
  });

  it('does not gather names without end', () => {
    const rows = manyLines(200).map((line) => ({ ...line, name: 'lib' }));
    const page = new Page();
    let before: MapVersion | null = null;
    let deltas = 0;
    for (let i = 0; i < 600; i++) {
      const version: MapVersion = versionOf(tableOf(rows.map((line, row) => (row === 7 ? { ...line, name: `/tmp/${i}` } : line))), before);
      if (version.frameFrom(before).length < 2000) deltas++;
      page.take(version);
      before = version;
    }
    expect(nameCount(page.table?.names ?? tableOf([]).names)).toBeLessThan(300);
    expect(linesOf(page.table ?? tableOf([]))[7]?.name).toBe('/tmp/599');
    expect(deltas).toBeGreaterThan(590);
  });

  it('of a process with a reused id gets its whole map', () => {
    const table = tableOf(manyLines(100));
    const before = versionOf(table);
    const after = versionOf(table, before, { ...META, process: { ...META.process, startTime: META.process.startTime + 1 } });
    expect(decodeFrame(after.frameFrom(before)).type).toBe('snapshot');
  });

  it('gets the whole map if that is hardly larger than the changes', () => {
    const lines = manyLines(100);
    const [before, after] = versionsOf([tableOf(lines), tableOf(lines.map((line) => ({ ...line, perms: 5 })))]);
    if (before === undefined || after === undefined) throw new Error('two versions');
    expect(decodeFrame(after.frameFrom(before)).type).toBe('snapshot');
  });
});

describe('bytes', () => {
  it('are encoded once for all viewers that need the same', () => {
    const lines = manyLines(100);
    const [first, second, third] = versionsOf([lines, lines.slice(1), lines.slice(2)].map(tableOf));
    if (first === undefined || second === undefined || third === undefined) throw new Error('three versions');
    for (const version of [first, second, third]) expect(version.frameFrom(null)).toBe(version.frameFrom(null));
    expect(third.frameFrom(second)).toBe(third.frameFrom(second));
    expect(third.frameFrom(first)).toBe(third.frameFrom(first));
    expect(decodeFrame(third.frameFrom(first))).toMatchObject({ type: 'delta', base: 1, sequence: 3 });
  });

  it('of anything but a snapshot are no version', () => {
    const [first, second] = versionsOf([tableOf(manyLines(100)), tableOf(manyLines(101))]);
    if (first === undefined || second === undefined) throw new Error('two versions');
    expect(() => MapVersion.ofFrame(second.frameFrom(first).slice(), 1, null)).toThrow(RangeError);
    expect(() => MapVersion.ofFrame(new Uint8Array(64), 1, null)).toThrow(RangeError);
  });
});

describe('two versions', () => {
  const table = tableOf(manyLines(50));
  const first = versionOf(table);

  it('show the same map when only the time and the cost differ', () => {
    const later = { ...META, takenAt: META.takenAt + 1, cost: { ...META.cost, readMs: 99, reads: 7 } };
    expect(versionOf(table, first, later).isSameMap(first)).toBe(true);
  });

  it.each<[string, MappingTable, MapMeta]>([
    ['a row', tableOf(manyLines(49)), META],
    ['the name of the program', table, { ...META, process: { ...META.process, comm: 'other' } }],
    ['whether it is torn', table, { ...META, cost: { ...META.cost, torn: true } }],
    ['the layout', table, { ...META, layout: { ...META.layout, taskEnd: META.layout.taskEnd - 1 } }],
    ['the process', table, { ...META, process: { ...META.process, startTime: 1 } }],
  ])('do not when %s differs', (_, other, meta) => expect(versionOf(other, first, meta).isSameMap(first)).toBe(false));
});
