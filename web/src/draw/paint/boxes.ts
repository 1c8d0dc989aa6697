import { Kind } from '@procmap/shared/kind.ts';
import { ALARM_BITS, CLASS_BITS, NO_ACCESS_BIT } from '../../axis/masks.ts';
import type { Rows } from '../../axis/rows.ts';
import { MAX_CLASSES } from '../../colour/classes.ts';
import type { RectBatch } from './batch.ts';
import { bitCount } from './bit-count.ts';
import type { Block } from './blocks.ts';
import { blockPieces } from './block-pieces.ts';
import type { Patterns } from './patterns.ts';
import type { Pen } from './pen.ts';
import type { Scene } from './scene.ts';

const GAP_BIT = 1 << Kind.gap;
/** Styles of the batch in painting order: the colour classes, their patterns, then overlays. */
const PATTERNS = MAX_CLASSES;
const SPARSE = 2 * MAX_CLASSES;
const NO_ACCESS = SPARSE + 1;
const ALARM = SPARSE + 2;
const NEUTRAL = SPARSE + 3;
const TEETH = SPARSE + 4;

/** CSS px: a lower stretch of shared rows is a line between others, in one colour. */
const MIN_SHARED = 4;
/** Width of the comb at the right end of shared rows. */
const COMB = 9;

/**
 * The rows as boxes; blocks cover theirs. Rows that several intervals share show their colour classes side by side,
 * never a mixed colour, and end in a comb at the right: there is more than can be seen. A few px of them between other
 * rows are a line without parts, which would look like a fault.
 */
export function paintBoxes(pen: Pen, scene: Scene, patterns: Patterns, batch: RectBatch): void {
  const { rows, plot, theme, fills } = scene;
  const patterned = theme.isPatterned ? PATTERNS : 0;
  // A line of background between boxes that are high enough.
  const seam = Math.max(1, Math.round(plot.dpr * 0.8));
  let b = 0;
  for (let r = 0; r < rows.length;) {
    const y0 = rows.y0[r] ?? 0;
    while ((scene.blocks[b]?.bottom ?? Infinity) <= y0) b++;
    const { top = Infinity, bottom = Infinity } = scene.blocks[b] ?? {};
    if (y0 >= top) {
      while (r < rows.length && (rows.y1[r] ?? 0) <= bottom) r++;
      continue;
    }
    if (!isShared(rows, r)) {
      const height = (rows.y1[r] ?? 0) - y0;
      addSingle(batch, rows.mask[r] ?? 0, patterned, plot.boxX, y0, plot.boxWidth, height >= 4 * seam ? height - seam : height);
      r++;
      continue;
    }
    const from = r;
    let mask = 0;
    for (; r < rows.length && isShared(rows, r) && (rows.y0[r] ?? 0) < top; r++) mask |= rows.mask[r] ?? 0;
    const height = (rows.y1[r - 1] ?? 0) - y0;
    if (height < MIN_SHARED * plot.dpr) addLine(batch, mask, patterned, plot.boxX, y0, plot.boxWidth, height);
    else addShared(batch, scene, from, r, patterned);
  }
  for (const block of scene.blocks) addBlock(batch, scene, block, patterned, seam);
  const overlays = new Map([
    [SPARSE, patterns.sparse],
    [NO_ACCESS, patterns.noAccess],
    [ALARM, patterns.alarm],
    [NEUTRAL, theme.inkMuted],
    [TEETH, patterns.comb],
  ]);
  const patternOf = (colourClass: number): CanvasPattern | string =>
    patterns.classes[(fills.pattern[colourClass] ?? 0) % patterns.classes.length] ?? 'transparent';
  batch.paint(pen, (style) => overlays.get(style) ?? (style >= PATTERNS ? patternOf(style - PATTERNS) : (fills.fill[style] ?? theme.line)));
}

function isShared({ first, end }: Rows, r: number): boolean {
  return (end[r] ?? 0) - (first[r] ?? 0) > 1;
}

/** One colour class. `patterned` is PATTERNS if patterns are on, else 0. */
function addClass(batch: RectBatch, colourClass: number, patterned: number, x: number, y: number, width: number, height: number): void {
  batch.add(colourClass, x, y, width, height);
  if (patterned > 0 && colourClass !== Kind.gap) batch.add(patterned + colourClass, x, y, width, height);
  if (colourClass === Kind.gap) batch.add(SPARSE, x, y, width, height);
}

function addSingle(batch: RectBatch, mask: number, patterned: number, x: number, y: number, width: number, height: number): void {
  addClass(batch, 31 - Math.clz32(mask & CLASS_BITS), patterned, x, y, width, height);
  if ((mask & NO_ACCESS_BIT) !== 0) batch.add(NO_ACCESS, x, y, width, height);
  if ((mask & ALARM_BITS) !== 0) batch.add(ALARM, x, y, width, height);
}

/** In the colour of the only mapped class, else in a neutral one. */
function addLine(batch: RectBatch, mask: number, patterned: number, x: number, y: number, width: number, height: number): void {
  const mapped = mask & CLASS_BITS & ~GAP_BIT;
  if (bitCount(mapped) > 1) batch.add(NEUTRAL, x, y, width, height);
  else addClass(batch, 31 - Math.clz32(mapped === 0 ? GAP_BIT : mapped), patterned, x, y, width, height);
}

/** Rows [from, to): those with the same classes form one piece. */
function addShared(batch: RectBatch, { rows, plot }: Scene, from: number, to: number, patterned: number): void {
  for (let r = from; r < to;) {
    const mask = rows.mask[r] ?? 0;
    const y0 = rows.y0[r] ?? 0;
    while (r < to && rows.mask[r] === mask) r++;
    addSideBySide(batch, mask, patterned, plot.boxX, y0, plot.boxWidth, (rows.y1[r - 1] ?? 0) - y0);
  }
  const width = Math.round(COMB * plot.dpr);
  const top = rows.y0[from] ?? 0;
  batch.add(TEETH, plot.boxX + plot.boxWidth - width, top, width, (rows.y1[to - 1] ?? 0) - top);
}

/** The mapped classes of a mask, equally wide. */
function addSideBySide(batch: RectBatch, mask: number, patterned: number, x: number, y: number, width: number, height: number): void {
  const mapped = mask & CLASS_BITS & ~GAP_BIT;
  const shown = mapped === 0 ? GAP_BIT : mapped;
  const count = bitCount(shown);
  let at = 0;
  let left = x;
  for (let colourClass = 0; colourClass < MAX_CLASSES; colourClass++) {
    if ((shown & (1 << colourClass)) === 0) continue;
    const right = x + Math.round((++at / count) * width);
    addClass(batch, colourClass, patterned, left, y, right - left, height);
    left = right;
  }
}

/** Its classes side by side, each as wide as its share of the pages. */
function addBlock(batch: RectBatch, { plot, classes, hierarchy }: Scene, block: Block, patterned: number, seam: number): void {
  for (const { colourClass, left, right } of blockPieces(hierarchy.axis.intervals, classes, block, plot.boxWidth))
    addClass(batch, colourClass, patterned, plot.boxX + left, block.top, right - left, block.bottom - block.top - seam);
}
