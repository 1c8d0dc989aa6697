import { describe, expect, it } from 'vitest';
import { FiguresBuilder } from '../output/smaps-json.ts';
import { Flag, FLAGS_UNKNOWN } from './flag-bits.ts';
import { mapOf } from './rules/map-text.fixture.ts';
import { rowFlags } from './row-flags.ts';

const { table } = mapOf('7f0000001000-7f0000005000 rw-p');

function flagsBy(...rows: readonly (readonly [start: string, end: string, flags: string])[]): number | undefined {
  const builder = new FiguresBuilder(['start', 'end', 'vm_flags']);
  for (const row of rows) builder.add(row);
  return rowFlags(table, builder.finish())[0];
}

describe('rowFlags()', () => {
  it('takes the flags of the same mapping', () => {
    expect(flagsBy(['0x7f0000001000', '0x7f0000005000', 'rd wr nr nh'])).toBe(Flag.rd + Flag.wr + Flag.nr + Flag.nh);
  });

  it('takes those of one that has grown, or has merged with another of the same flags', () => {
    expect(flagsBy(['0x7f0000001000', '0x7f0000003000', 'rd wr nh'])).toBe(Flag.rd + Flag.wr + Flag.nh);
    expect(flagsBy(['0x7f0000001000', '0x7f0000003000', 'rd wr nh'], ['0x7f0000003000', '0x7f0000005000', 'rd wr nh'])).toBe(Flag.rd + Flag.wr + Flag.nh);
  });

  it.each([
    ['grown into it since', '7f0004030000'],
    ['was smaller then', '7f0004011000'],
  ])('takes those of a reserve where the mapping below has %s', (_, border) => {
    const arena = mapOf(`7f0004000000-${border} rw-p\n${border}-7f0008000000 ---p`).table;
    const builder = new FiguresBuilder(['start', 'end', 'vm_flags']);
    builder.add(['0x7f0004000000', '0x7f0004021000', 'rd wr nr']);
    builder.add(['0x7f0004021000', '0x7f0008000000', 'nr']);
    expect([...rowFlags(arena, builder.finish())]).toEqual([Flag.rd + Flag.wr + Flag.nr, Flag.nr]);
    const alone = mapOf('7f0004030000-7f0008000000 ---p').table;
    expect([...rowFlags(alone, builder.finish())]).toEqual([FLAGS_UNKNOWN]);
  });

  it.each([
    ['none was read', []],
    ['the permissions have changed', [['0x7f0000001000', '0x7f0000005000', 'rd nh']]],
    ['the mapping has shrunk', [['0x7f0000001000', '0x7f0000006000', 'rd wr nh']]],
    [
      'it holds mappings with different flags',
      [
        ['0x7f0000001000', '0x7f0000003000', 'rd wr nh'],
        ['0x7f0000003000', '0x7f0000005000', 'rd wr nr'],
      ],
    ],
    ['the kernel reports no flags', [['0x7f0000001000', '0x7f0000005000', '']]],
  ] as const)('does not know them where %s', (_, rows) => {
    expect(flagsBy(...rows)).toBe(FLAGS_UNKNOWN);
  });
});
