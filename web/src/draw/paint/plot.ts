/**
 * Layout of the canvas, in device px. From left to right:
 *
 *   0      gutterX     clusterX runX  boxX                     boxX+boxWidth  addressX      width
 *   ┌────────┬────────────┬──────┬──────┬────────────────────────────┬──────────┬──────────────┐ 0
 *   │        │  cluster   │  [   │  [   │          the box           │  tick -  │ ffff80000000 │ top
 *   │        │  labels    │  [   │  [   │  chip      mapping label   │          │              │   y = 0 of the plot
 *   │        │            │  [   │      │                            │          │              │   ...
 *   └────────┴────────────┴──────┴──────┴────────────────────────────┴──────────┴──────────────┘ top + height: y = height
 *
 * A narrow canvas has no gutter: gutterWidth is 0.
 */
export interface Plot {
  /** Device px per CSS px. */
  readonly dpr: number;
  readonly width: number;
  /** Canvas y of the plot's y = 0, with the same margin below: room for half an address. */
  readonly top: number;
  /** Height of the plot, a whole number >= 1. */
  readonly height: number;
  readonly gutterX: number;
  readonly gutterWidth: number;
  readonly clusterX: number;
  readonly runX: number;
  readonly boxX: number;
  readonly boxWidth: number;
  readonly addressX: number;
  /** CSS px of the address font. */
  readonly addressFont: number;
}

const INSET = 12;
const NARROW = 640;

/** Lays out a canvas; `addressWidth` returns the CSS width of the longest address in a font of `fontPx`. */
export function layOut(cssWidth: number, cssHeight: number, dpr: number, addressWidth: (fontPx: number) => number): Plot {
  const narrow = cssWidth < NARROW;
  const px = (css: number): number => Math.round(css * dpr);
  const addressFont = narrow ? 10 : 11;
  const address = addressWidth(addressFont) + (narrow ? 2 : 6);
  const gutterX = narrow ? 0 : 12;
  const gutterWidth = narrow ? 0 : Math.min(196, Math.max(150, cssWidth * 0.14));
  const clusterX = gutterX + gutterWidth + (narrow ? 1 : 8);
  const runX = clusterX + (narrow ? 5 : 8);
  const boxX = runX + (narrow ? 5 : 8);
  const addressX = cssWidth - address;
  return {
    dpr,
    width: px(cssWidth),
    top: px(INSET),
    height: Math.max(1, px(cssHeight) - 2 * px(INSET)),
    gutterX: px(gutterX),
    gutterWidth: px(gutterWidth),
    clusterX: px(clusterX),
    runX: px(runX),
    boxX: px(boxX),
    boxWidth: Math.max(1, px(addressX - (narrow ? 6 : 10)) - px(boxX)),
    addressX: px(addressX),
    addressFont,
  };
}
