import { describe, expect, it } from 'vitest';
import { HALF, rangesOf } from '../kernel-half.fixture.ts';
import { type KernelHalf, NO_KERNEL_HALF } from '../kernel-half.ts';
import { kernelJson } from './kernel-json.ts';
import type { RegionJson } from './map-json.ts';
import { LAYOUT_64 } from '../table.fixture.ts';

interface KernelJson {
  readonly source: string;
  readonly note: string;
  readonly regions: readonly RegionJson[];
  readonly page_tables:
    readonly { readonly start: string; readonly end: string; readonly size: number; readonly perms: string; readonly page_size: number }[] | null;
}

function jsonOf(half: KernelHalf): KernelJson {
  return JSON.parse([...kernelJson(half, LAYOUT_64)].join('')) as KernelJson;
}

describe('the kernel half as JSON', () => {
  it('is its regions, descending and without gap, and what the page tables map', () => {
    const { source, note, regions, page_tables: tables } = jsonOf(HALF);
    expect([source, note]).toEqual(['lkm', HALF.note]);
    let above = 2n ** 64n;
    for (const { start, end, space } of regions) {
      expect([BigInt(end), space]).toEqual([above, 'kernel']);
      above = BigInt(start);
    }
    expect(above).toBe(0xffff800000000000n);
    expect(regions.find(({ name }) => name === 'text')).toEqual({
      start: '0xffffffff81000000',
      end: '0xffffffff81e00b91',
      size: 14_683_025,
      space: 'kernel',
      kind: 'text',
      perms: 'r-x',
      type: null,
      offset: null,
      device: null,
      inode: null,
      name: 'text',
      source: 'lkm',
      use: null,
      use_of: '',
      use_evidence: '',
      use_certainty: null,
      within: 'kernel image window',
    });
    expect(regions.find(({ name }) => name === 'e1000')).toMatchObject({ kind: 'module', perms: 'rwx', within: 'modules' });
    expect(regions[0]).toMatchObject({ kind: 'gap', name: '', source: 'computed', perms: null });
    expect(tables).toHaveLength(HALF.ranges?.start.length ?? 0);
    expect(tables?.[1]).toEqual({ start: '0xffff888000100000', end: '0xffff88803fe00000', size: 1_070_596_096, perms: 'rw-', page_size: 2_097_152 });
  });

  it('is complete even in several chunks, and says if the page tables are unknown', () => {
    const rows = Array.from({ length: 3000 }, (_, i) => [2 ** 52 - 10_000 + 2 * i, 2 ** 52 - 9999 + 2 * i, 3] as const);
    const chunks = [...kernelJson({ ...HALF, ranges: rangesOf(rows) }, LAYOUT_64)];
    expect(chunks.length).toBeGreaterThan(5);
    expect((JSON.parse(chunks.join('')) as KernelJson).page_tables).toHaveLength(3000);
    expect(jsonOf({ ...HALF, ranges: rangesOf([]) }).page_tables).toEqual([]);
    expect(jsonOf(NO_KERNEL_HALF)).toMatchObject({ source: 'none', page_tables: null, regions: [{ kind: 'unknown' }] });
  });
});
