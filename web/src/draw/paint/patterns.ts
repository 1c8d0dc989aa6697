import type { Theme } from './theme.ts';

/** Patterns that are laid over a fill. */
export interface Patterns {
  /** Thin diagonals: nothing is mapped here. */
  readonly sparse: CanvasPattern | string;
  /** A grid of dots through the fill: mapped, but no access. */
  readonly noAccess: CanvasPattern | string;
  /** Broad diagonals: writable and executable, or at address 0. */
  readonly alarm: CanvasPattern | string;
  /** Teeth of background: more mappings than rows of pixels. */
  readonly comb: CanvasPattern | string;
  /** Patterns that tell colour classes apart without colours, if patterns are on. */
  readonly classes: readonly (CanvasPattern | string)[];
}

/** Rebuilt for each theme and pixel ratio. `patternOf` turns a tile into a fill for a pen; null where it cannot. */
export function makePatterns(theme: Theme, dpr: number, patternOf: (tile: HTMLCanvasElement) => CanvasPattern | null = canvasPattern): Patterns {
  const pattern = (cssSize: number, draw: Draw): CanvasPattern | string => {
    const tile = drawTile(cssSize, dpr, draw);
    return (tile === null ? null : patternOf(tile)) ?? 'transparent';
  };
  return {
    sparse: pattern(8, (pen, size) => {
      pen.strokeStyle = theme.inkMuted;
      pen.globalAlpha = 0.22;
      pen.lineWidth = dpr;
      diagonals(pen, size);
    }),
    noAccess: pattern(6, (pen, size) => {
      pen.fillStyle = theme.surface;
      pen.globalAlpha = 0.5;
      pen.fillRect(0, 0, size, size);
      pen.globalAlpha = 0.9;
      const dot = Math.max(1, Math.round(1.5 * dpr));
      pen.fillRect(0, 0, dot, dot);
      pen.fillRect(size / 2, size / 2, dot, dot);
    }),
    alarm: pattern(12, (pen, size) => {
      pen.strokeStyle = theme.alarm;
      pen.globalAlpha = 0.55;
      pen.lineWidth = size / 3;
      diagonals(pen, size);
    }),
    comb: pattern(4, (pen, size) => {
      pen.fillStyle = theme.surface;
      pen.fillRect(0, 0, size, Math.max(1, Math.round(dpr)));
    }),
    classes: CLASS_PATTERNS.map((draw) =>
      pattern(8, (pen, size) => {
        pen.strokeStyle = pen.fillStyle = theme.ink;
        pen.globalAlpha = 0.42;
        pen.lineWidth = Math.max(1, Math.round(dpr));
        draw(pen, size);
      }),
    ),
  };
}

type Draw = (pen: CanvasRenderingContext2D, size: number) => void;

/** Lines at these shares of the tile, from edge to edge. */
function lines(pen: CanvasRenderingContext2D, size: number, across: readonly number[], down: readonly number[] = []): void {
  for (const share of across) pen.fillRect(0, Math.round(size * share), size, pen.lineWidth);
  for (const share of down) pen.fillRect(Math.round(size * share), 0, pen.lineWidth, size);
}

function dots(pen: CanvasRenderingContext2D, size: number, places: readonly (readonly [number, number])[], share: number): void {
  const side = Math.max(1, Math.round(size * share));
  for (const [x, y] of places) pen.fillRect(Math.round(size * x), Math.round(size * y), side, side);
}

function slant(pen: CanvasRenderingContext2D, size: number, sign: 1 | -1): void {
  pen.save();
  if (sign < 0) {
    pen.translate(size, 0);
    pen.scale(-1, 1);
  }
  diagonals(pen, size);
  pen.restore();
}

/** Positions of the dots in a chequered pattern. */
const CHEQUERED = [
  [0, 0],
  [0.5, 0.5],
] as const;

/** Fourteen patterns that can be told apart at 12 px; neighbours in the list differ most. */
const CLASS_PATTERNS: readonly Draw[] = [
  (pen, size) => dots(pen, size, [[0.4, 0.4]], 0.25),
  (pen, size) => lines(pen, size, [0]),
  (pen, size) => slant(pen, size, 1),
  (pen, size) => lines(pen, size, [], [0]),
  (pen, size) => slant(pen, size, -1),
  (pen, size) => dots(pen, size, CHEQUERED, 0.25),
  (pen, size) => lines(pen, size, [0], [0]),
  (pen, size) => lines(pen, size, [0, 0.5]),
  (pen, size) => {
    slant(pen, size, 1);
    slant(pen, size, -1);
  },
  (pen, size) => lines(pen, size, [], [0, 0.5]),
  (pen, size) => dots(pen, size, CHEQUERED, 0.5),
  (pen, size) =>
    dots(
      pen,
      size,
      [
        [0, 0],
        [0.5, 0],
        [0, 0.5],
        [0.5, 0.5],
      ],
      0.15,
    ),
  (pen, size) => {
    lines(pen, size, [0]);
    dots(pen, size, [[0.4, 0.5]], 0.25);
  },
  (pen, size) => {
    lines(pen, size, [], [0]);
    dots(pen, size, [[0.5, 0.4]], 0.25);
  },
];

/** Three strokes, so that the corners of the tile join. */
function diagonals(pen: CanvasRenderingContext2D, size: number): void {
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift - size, size * 2);
    pen.lineTo(shift + size * 2, -size);
  }
  pen.stroke();
}

function drawTile(cssSize: number, dpr: number, draw: Draw): HTMLCanvasElement | null {
  const tile = document.createElement('canvas');
  const size = Math.max(4, Math.round((cssSize * dpr) / 2) * 2);
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext('2d');
  if (pen === null) return null;
  draw(pen, size);
  return tile;
}

/** For a canvas. */
function canvasPattern(tile: HTMLCanvasElement): CanvasPattern | null {
  return tile.getContext('2d')?.createPattern(tile, 'repeat') ?? null;
}
