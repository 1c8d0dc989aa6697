import type { Intervals } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { sum } from 'd3-array';
import { ALARM_BITS, CLASS_BITS, NO_ACCESS_BIT } from '../../axis/masks.ts';
import { type Classes, MAX_CLASSES } from '../../colour/classes.ts';
import type { RectBatch } from './batch.ts';
import { bitCount } from './bit-count.ts';
import type { Block } from './blocks.ts';
import type { Patterns } from './patterns.ts';
import type { Pen } from './pen.ts';
import type { Scene } from './scene.ts';

const GAP_BIT = 1 << Kind.gap;
/** Styles of the batch in painting order: the colour classes, their patterns, then overlays. */
const PATTERNS = MAX_CLASSES;
const SPARSE = 2 * MAX_CLASSES;
const NO_ACCESS = SPARSE + 1;
const ALARM = SPARSE + 2;

/**
 * The rows as boxes. A merged row shows its colour classes side by side, mapped ones at full width and gaps as a strip
 * at the right; never a mixed colour. A block covers its rows.
 */
export function paintBoxes(pen: Pen, scene: Scene, patterns: Patterns, batch: RectBatch): void {
  const { rows, plot, theme, fills } = scene;
  const patterned = theme.isPatterned ? PATTERNS : 0;
  // A line of background between boxes that are high enough.
  const seam = Math.max(1, Math.round(plot.dpr * 0.8));
  let b = 0;
  for (let r = 0; r < rows.length;) {
    while ((scene.blocks[b]?.bottom ?? Infinity) <= (rows.y0[r] ?? 0)) b++;
    const { top = Infinity, bottom = Infinity } = scene.blocks[b] ?? {};
    if (top <= (rows.y0[r] ?? 0) && (rows.y1[r] ?? 0) <= bottom) {
      r++;
      continue;
    }
    const mask = rows.mask[r] ?? 0;
    const y0 = rows.y0[r] ?? 0;
    let y1 = rows.y1[r] ?? 0;
    if ((rows.end[r] ?? 0) - (rows.first[r] ?? 0) === 1) {
      const height = y1 - y0;
      addSingle(batch, mask, patterned, plot.boxX, y0, plot.boxWidth, height >= 4 * seam ? height - seam : height);
      r++;
      continue;
    }
    // Neighbouring rows that merged the same classes form one block.
    for (r++; r < rows.length && rows.mask[r] === mask && (rows.end[r] ?? 0) - (rows.first[r] ?? 0) > 1; r++) y1 = rows.y1[r] ?? 0;
    addMerged(batch, mask, patterned, plot.boxX, y0, plot.boxWidth, y1 - y0);
  }
  for (const block of scene.blocks) addBlock(batch, scene, block, patterned, seam);
  batch.paint(pen, (style) =>
    style === SPARSE
      ? patterns.sparse
      : style === NO_ACCESS
        ? patterns.noAccess
        : style === ALARM
          ? patterns.alarm
          : style >= PATTERNS
            ? (patterns.classes[(fills.pattern[style - PATTERNS] ?? 0) % patterns.classes.length] ?? 'transparent')
            : (fills.fill[style] ?? theme.line),
  );
}

/** Its classes side by side, each as wide as its share of the pages. */
function addBlock(batch: RectBatch, { plot, classes, hierarchy }: Scene, { shelf, first, end, top, bottom }: Block, patterned: number, seam: number): void {
  const pages = pagesByClass(hierarchy.axis.intervals, classes, shelf, first, end);
  const whole = sum(pages);
  const height = bottom - top - seam;
  let [at, left] = [0, plot.boxX];
  pages.forEach((part, colourClass) => {
    at += part;
    const right = plot.boxX + Math.round((at / whole) * plot.boxWidth);
    batch.add(colourClass, left, top, right - left, height);
    if (patterned > 0 && colourClass !== Kind.gap) batch.add(patterned + colourClass, left, top, right - left, height);
    if (colourClass === Kind.gap) batch.add(SPARSE, left, top, right - left, height);
    left = right;
  });
}

const known = new WeakMap<Classes, Map<number, Float64Array>>();

/** Pages of each class in a shelf. O(its intervals) once per map and colouring. */
function pagesByClass({ bounds }: Intervals, classes: Classes, shelf: number, first: number, end: number): Float64Array {
  let ofClasses = known.get(classes);
  if (ofClasses === undefined) known.set(classes, (ofClasses = new Map<number, Float64Array>()));
  let pages = ofClasses.get(shelf);
  if (pages !== undefined) return pages;
  ofClasses.set(shelf, (pages = new Float64Array(MAX_CLASSES)));
  for (let i = first; i < end; i++) {
    const colourClass = classes.of[i] ?? 0;
    pages[colourClass] = (pages[colourClass] ?? 0) + (bounds[i + 1] ?? 0) - (bounds[i] ?? 0);
  }
  return pages;
}

/** `patterned` is PATTERNS if patterns are on, else 0. */
function addSingle(batch: RectBatch, mask: number, patterned: number, x: number, y: number, width: number, height: number): void {
  const colourClass = 31 - Math.clz32(mask & CLASS_BITS);
  batch.add(colourClass, x, y, width, height);
  if (patterned > 0 && colourClass !== Kind.gap) batch.add(patterned + colourClass, x, y, width, height);
  if ((mask & GAP_BIT) !== 0) batch.add(SPARSE, x, y, width, height);
  if ((mask & NO_ACCESS_BIT) !== 0) batch.add(NO_ACCESS, x, y, width, height);
  if ((mask & ALARM_BITS) !== 0) batch.add(ALARM, x, y, width, height);
}

function addMerged(batch: RectBatch, mask: number, patterned: number, x: number, y: number, width: number, height: number): void {
  const mapped = mask & CLASS_BITS & ~GAP_BIT;
  const gapWidth = (mask & GAP_BIT) === 0 ? 0 : mapped === 0 ? width : Math.round(width / 12);
  const count = bitCount(mapped);
  let at = 0;
  let left = x;
  for (let colourClass = 0; colourClass < MAX_CLASSES; colourClass++) {
    if ((mapped & (1 << colourClass)) === 0) continue;
    const right = x + Math.round((++at / count) * (width - gapWidth));
    batch.add(colourClass, left, y, right - left, height);
    if (patterned > 0) batch.add(patterned + colourClass, left, y, right - left, height);
    left = right;
  }
  batch.add(Kind.gap, x + width - gapWidth, y, gapWidth, height);
  batch.add(SPARSE, x + width - gapWidth, y, gapWidth, height);
}
