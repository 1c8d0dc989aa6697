import { Kind } from '@procmap/shared/kind.ts';
import type { Hierarchy } from '../axis/hierarchy.ts';
import { fit } from '../axis/camera.ts';
import { Projection } from '../axis/projection.ts';
import { Rows } from '../axis/rows.ts';
import { KIND_BITS, type Masks, WRITE_EXEC_BIT } from '../axis/masks.ts';
import type { PageRange } from './marks.ts';
import type { Theme } from './theme.ts';

/** The whole axis as a thin column, whatever the camera sees, with a window on what it sees. */
export class Overview {
  readonly #rows = new Rows();

  /** Sizes the canvas (CSS px) and paints it, empty without a map. `view` is what the main picture shows, and atFit true when that is everything. */
  paint(
    canvas: HTMLCanvasElement,
    size: { width: number; height: number; dpr: number },
    hierarchy: Hierarchy | null,
    masks: Masks | null,
    theme: Theme,
    view: PageRange & { atFit: boolean },
  ): void {
    const width = Math.max(1, Math.round(size.width * size.dpr));
    const height = Math.max(1, Math.round(size.height * size.dpr));
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const context = canvas.getContext('2d');
    if (context === null) return;
    context.globalAlpha = 1;
    context.fillStyle = theme.surface;
    context.fillRect(0, 0, width, height);
    if (hierarchy === null || masks === null) return;
    const projection = new Projection(hierarchy.axis, fit(hierarchy.axis, height));
    const rows = this.#rows;
    rows.fill(projection, masks, height);
    for (let r = 0; r < rows.length; r++) {
      const y0 = rows.y0[r] ?? 0;
      const mask = rows.mask[r] ?? 0;
      const kind = 31 - Math.clz32(mask & KIND_BITS);
      if (kind === Kind.gap) continue;
      context.fillStyle = (mask & WRITE_EXEC_BIT) !== 0 ? theme.alarm : (theme.kinds[kind] ?? theme.line);
      context.fillRect(0, y0, width, (rows.y1[r] ?? 0) - y0);
    }
    if (!view.atFit) paintWindow(context, projection, theme, view, width, height, size.dpr);
  }
}

function paintWindow(
  context: CanvasRenderingContext2D,
  projection: Projection,
  theme: Theme,
  view: PageRange,
  width: number,
  height: number,
  dpr: number,
): void {
  const least = 4 * dpr;
  const middle = (projection.yOf(view.endPage) + projection.yOf(view.startPage)) / 2;
  const half = Math.max(least, projection.yOf(view.startPage) - projection.yOf(view.endPage)) / 2;
  const y0 = Math.round(Math.min(height - 2 * half, Math.max(0, middle - half)));
  const y1 = Math.round(Math.min(height, y0 + 2 * half));
  context.fillStyle = theme.surface;
  context.globalAlpha = 0.62;
  context.fillRect(0, 0, width, y0);
  context.fillRect(0, y1, width, height - y1);
  context.globalAlpha = 1;
  const line = Math.max(1, Math.round(2 * dpr));
  context.strokeStyle = theme.accent;
  context.lineWidth = line;
  context.strokeRect(line / 2, y0 + line / 2, width - line, Math.max(1, y1 - y0 - line));
}
