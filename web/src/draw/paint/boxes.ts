import { Kind } from '@procmap/shared/kind.ts';
import { ALARM_BITS, CLASS_BITS, NO_ACCESS_BIT } from '../../axis/masks.ts';
import { MAX_CLASSES } from '../../colour/classes.ts';
import type { RectBatch } from './batch.ts';
import { bitCount } from './bit-count.ts';
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
 * at the right; never a mixed colour.
 */
export function paintBoxes(pen: Pen, scene: Scene, patterns: Patterns, batch: RectBatch): void {
  const { rows, plot, theme, fills } = scene;
  const patterned = theme.isPatterned ? PATTERNS : 0;
  // A line of background between boxes that are high enough.
  const seam = Math.max(1, Math.round(plot.dpr * 0.8));
  for (let r = 0; r < rows.length;) {
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
