import { exactBound, type Intervals } from '@procmap/shared/intervals.ts';
import type { Located } from '@procmap/shared/places/locate.ts';
import { shownDigits } from '@procmap/shared/layout.ts';
import { type Bytes, bytesText, formatByteAddress, subtractBytes } from '@procmap/shared/page.ts';
import { permsText } from '@procmap/shared/perms.ts';
import { IntervalView } from '@procmap/shared/regions/interval-view.ts';
import { formatCount, formatSize } from '@procmap/shared/units.ts';
import { kindLabel, unmappedWords } from '@procmap/shared/words.ts';
import type { Half } from '../options.ts';
import type { Paint } from './output/paint.ts';
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
  if (located.mapped !== null) lines.push(`  ${mappedText(located.mapped, length)}`);
  if (!isShown(intervals, first, half) && !isShown(intervals, last, half)) lines.push('  is not marked: that half is not shown');
  return `${[head, ...lines].join('\n')}\n`;
}

function regionText(intervals: Intervals, index: number): string {
  const { is, kind, name, perms, type, within } = new IntervalView(intervals, index);
  if (is === 'empty') return unmappedWords(kind)?.located ?? '';
  const access = perms === null ? '' : permsText(perms);
  if (is === 'mapping') return `${name === '' ? '<anonymous>' : name} (${kindLabel(kind)}, ${access}${type ?? ''})`;
  return `${name} of the kernel${access === '' ? '' : ` (${access})`}${within === null ? '' : `, in ${within.name}`}`;
}

function mappedText(mapped: Bytes, length: Bytes): string {
  if (mapped.page === 0 && mapped.byte === 0) return 'is not mapped';
  return bytesText(mapped) === bytesText(length) ? 'is mapped completely' : `is mapped in part: ${formatSize(mapped)} of it`;
}
