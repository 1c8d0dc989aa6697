import { Kind, KINDS } from '@procmap/shared/kind.ts';
import { KIND_BITS, NO_ACCESS_BIT, WRITE_EXEC_BIT } from '../axis/masks.ts';
import type { RectBatch } from './batch.ts';
import type { Patterns } from './patterns.ts';
import type { Pen } from './pen.ts';
import type { Scene } from './scene.ts';

const GAP_BIT = 1 << Kind.gap;
/** Styles of the batch: the kinds, then what is laid over them, in painting order. */
const SPARSE = 28;
const NO_ACCESS = 29;
const ALARM = 30;

/** The rows as boxes. A merged row shows its kinds side by side, what is mapped at full width and gaps as a strip at the right; never a mixed colour. */
export function paintBoxes(pen: Pen, scene: Scene, patterns: Patterns, batch: RectBatch): void {
  const { rows, plot, theme } = scene;
  // A line of background between boxes that are high enough to spare it.
  const seam = Math.max(1, Math.round(plot.dpr * 0.8));
  for (let r = 0; r < rows.length;) {
    const mask = rows.mask[r] ?? 0;
    const y0 = rows.y0[r] ?? 0;
    let y1 = rows.y1[r] ?? 0;
    if ((rows.end[r] ?? 0) - (rows.first[r] ?? 0) === 1) {
      const height = y1 - y0;
      addSingle(batch, mask, plot.boxX, y0, plot.boxWidth, height >= 4 * seam ? height - seam : height);
      r++;
      continue;
    }
    // Neighbouring rows that merged the same kinds are one block.
    for (r++; r < rows.length && rows.mask[r] === mask && (rows.end[r] ?? 0) - (rows.first[r] ?? 0) > 1; r++) y1 = rows.y1[r] ?? 0;
    addMerged(batch, mask, plot.boxX, y0, plot.boxWidth, y1 - y0);
  }
  batch.paint(pen, (style) =>
    style === SPARSE
      ? patterns.sparse
      : style === NO_ACCESS
        ? patterns.noAccess
        : style === ALARM
          ? patterns.alarm
          : (theme.kinds[style] ?? theme.kinds[Kind.unknown] ?? theme.line),
  );
}

function addSingle(batch: RectBatch, mask: number, x: number, y: number, width: number, height: number): void {
  const kind = 31 - Math.clz32(mask & KIND_BITS);
  batch.add(kind, x, y, width, height);
  if ((mask & GAP_BIT) !== 0) batch.add(SPARSE, x, y, width, height);
  if ((mask & NO_ACCESS_BIT) !== 0) batch.add(NO_ACCESS, x, y, width, height);
  if ((mask & WRITE_EXEC_BIT) !== 0) batch.add(ALARM, x, y, width, height);
}

function addMerged(batch: RectBatch, mask: number, x: number, y: number, width: number, height: number): void {
  const mapped = mask & KIND_BITS & ~GAP_BIT;
  const gapWidth = (mask & GAP_BIT) === 0 ? 0 : mapped === 0 ? width : Math.round(width / 12);
  const count = bitCount(mapped);
  let at = 0;
  for (let kind = 0; kind < KINDS.length; kind++) {
    if ((mapped & (1 << kind)) === 0) continue;
    const left = Math.round(((width - gapWidth) * at) / count);
    const right = Math.round(((width - gapWidth) * ++at) / count);
    batch.add(kind, x + left, y, right - left, height);
  }
  batch.add(Kind.gap, x + width - gapWidth, y, gapWidth, height);
  batch.add(SPARSE, x + width - gapWidth, y, gapWidth, height);
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
