import { rgb } from 'd3-color';

const DARK_INK = '#10141c';
const LIGHT_INK = '#ffffff';

/**
 * Red, green and blue of a CSS colour as linear light, each in [0, 1]. Hand-written: d3-color converts to CIELAB for
 * illuminant D50, while WCAG and OKLab start from linear light.
 */
export function linearLight(colour: string): readonly [red: number, green: number, blue: number] {
  const { r, g, b } = rgb(colour);
  const linear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  return [linear(r / 255), linear(g / 255), linear(b / 255)];
}

/** Dark or light text for a fill: the one with the higher contrast (WCAG 2). */
export function inkOn(fill: string): string {
  return contrast(fill, DARK_INK) >= contrast(fill, LIGHT_INK) ? DARK_INK : LIGHT_INK;
}

/** Contrast of two opaque colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = linearLight(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
