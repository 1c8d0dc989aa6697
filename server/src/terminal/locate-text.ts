import { exactBound, type Intervals } from '@procmap/shared/intervals.ts';
import { enclosingRegion, regionOf, UNKNOWN_PERMS } from '@procmap/shared/kernel-parts.ts';
import type { Located } from '@procmap/shared/places/locate.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { shownDigits } from '@procmap/shared/layout.ts';
import { type Bytes, bytesText, formatByteAddress, subtractBytes } from '@procmap/shared/page.ts';
import { permsText, typeText } from '@procmap/shared/perms.ts';
import { shownName } from '@procmap/shared/shown-name.ts';
import { formatCount, formatSize } from '@procmap/shared/units.ts';
import { kindLabel } from '@procmap/shared/words.ts';
import type { Half } from '../options.ts';
import type { Paint } from './paint.ts';
import { isShown } from './text-map.ts';

const MAX_LISTED = 20;

/** Describes the regions that a range lies in. */
export function locateText(intervals: Intervals, located: Located, half: Half, paint: Paint): string {
  const { layout } = intervals;
  const { start, end, first, last } = located;
  const length = subtractBytes(end, start);
  const head = paint(
    'bold',
    `Located: ${formatByteAddress(start, shownDigits(layout, start.page))} to ${formatByteAddress(end, shownDigits(layout, end.page))} (${formatSize(length)})`,
  );
  const count = last - first + 1;
  const lines = [`  lies in ${count === 1 ? regionText(intervals, first) : `${formatCount(count)} regions, descending:`}`];
  if (count > 1) {
    for (let i = last; i > last - Math.min(count, MAX_LISTED); i--)
      lines.push(`    ${formatByteAddress(exactBound(intervals, i), shownDigits(layout, intervals.bounds[i] ?? 0))}  ${regionText(intervals, i)}`);
    if (count > MAX_LISTED) lines.push(`    and ${formatCount(count - MAX_LISTED)} more`);
  }
  lines.push(`  begins ${formatByteAddress(located.offsetInRegion, 1)} bytes into ${count === 1 ? 'it' : 'the lowest of them'}`);
  if (located.fileOffset !== null) lines.push(`  begins at ${formatByteAddress(located.fileOffset, 1)} of its file`);
  if (located.mapped !== null) lines.push(`  is mapped ${mappedText(located.mapped, length)}`);
  if (!isShown(intervals, first, half) && !isShown(intervals, last, half)) lines.push('  is not marked: that half is not shown');
  return `${[head, ...lines].join('\n')}\n`;
}

function regionText(intervals: Intervals, index: number): string {
  const { table, kernel } = intervals;
  const part = intervals.part[index] ?? -1;
  const region = regionOf(kernel, part);
  if (region !== null) {
    const perms = kernel.perms[part] ?? UNKNOWN_PERMS;
    const within = enclosingRegion(kernel, part);
    return `${region.name} of the kernel${perms === UNKNOWN_PERMS ? '' : ` (${permsText(perms)})`}${within === null ? '' : `, in ${within.name}`}`;
  }
  const row = intervals.row[index] ?? -1;
  const kind = kindLabel(intervals.kind[index] ?? 0);
  if (intervals.kind[index] === Kind.unknown) return `<Kernel half>, of which no source describes this part`;
  if (row < 0) return `<${kind}>, where nothing is mapped`;
  const perms = table.perms[row] ?? 0;
  const name = shownName(table.names, table.name[row] ?? 0);
  return `${name === '' ? '<anonymous>' : name} (${kind}, ${permsText(perms)}${typeText(perms)})`;
}

function mappedText(mapped: Bytes, length: Bytes): string {
  if (mapped.page === 0 && mapped.byte === 0) return 'nowhere';
  return bytesText(mapped) === bytesText(length) ? 'all of it' : `for ${formatSize(mapped)} of it`;
}
