import type { Theme } from './theme.ts';

/** What is laid over a fill. */
export interface Patterns {
  /** Thin diagonals: nothing is mapped here. */
  readonly sparse: CanvasPattern | string;
  /** A grid of dots that punches the fill: mapped, but no access. */
  readonly noAccess: CanvasPattern | string;
  /** Broad diagonals: writable and executable. */
  readonly alarm: CanvasPattern | string;
}

/** Made again with each theme and pixel ratio. */
export function makePatterns(theme: Theme, dpr: number): Patterns {
  return {
    sparse: pattern(8, dpr, (pen, size) => {
      pen.strokeStyle = theme.inkMuted;
      pen.globalAlpha = 0.22;
      pen.lineWidth = dpr;
      diagonals(pen, size);
    }),
    noAccess: pattern(6, dpr, (pen, size) => {
      pen.fillStyle = theme.surface;
      pen.globalAlpha = 0.5;
      pen.fillRect(0, 0, size, size);
      pen.globalAlpha = 0.9;
      const dot = Math.max(1, Math.round(1.5 * dpr));
      pen.fillRect(0, 0, dot, dot);
      pen.fillRect(size / 2, size / 2, dot, dot);
    }),
    alarm: pattern(12, dpr, (pen, size) => {
      pen.strokeStyle = theme.alarm;
      pen.globalAlpha = 0.55;
      pen.lineWidth = size / 3;
      diagonals(pen, size);
    }),
  };
}

/** Three strokes, so that the corners of the tile join. */
function diagonals(pen: CanvasRenderingContext2D, size: number): void {
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift - size, size * 2);
    pen.lineTo(shift + size * 2, -size);
  }
  pen.stroke();
}

function pattern(cssSize: number, dpr: number, draw: (pen: CanvasRenderingContext2D, size: number) => void): CanvasPattern | string {
  const tile = document.createElement('canvas');
  const size = Math.max(4, Math.round((cssSize * dpr) / 2) * 2);
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext('2d');
  if (pen === null) return 'transparent';
  draw(pen, size);
  return pen.createPattern(tile, 'repeat') ?? 'transparent';
}
