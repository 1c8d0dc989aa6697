import { makePatterns } from './patterns.ts';
import type { Theme } from './theme.ts';

/**
 * Paints a square of `side` px like a colour class in the picture: the pattern with that index over its colour. null if
 * a plain colour is enough, or the picture has no theme yet.
 */
export function swatchPainter(theme: Theme | null, token: string, pattern = 0): ((pen: CanvasRenderingContext2D, side: number) => void) | null {
  if (theme?.isPatterned !== true) return null;
  return (pen, side) => {
    const { classes } = makePatterns(theme, devicePixelRatio);
    for (const style of [theme.fills.get(token) ?? theme.line, classes[pattern % classes.length] ?? 'transparent']) {
      pen.fillStyle = style;
      pen.fillRect(0, 0, side, side);
    }
  };
}
