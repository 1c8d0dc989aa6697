import { formatCount, formatPages } from '@procmap/shared/units.ts';
import { baseName } from '../regions/naming.ts';
import { makePatterns, type Patterns } from '../draw/paint/patterns.ts';
import type { Pen } from '../draw/paint/pen.ts';
import { paintStill, type Still } from '../draw/still.ts';
import { fitText, type Measure } from '../draw/paint/text.ts';
import type { Theme } from '../draw/paint/theme.ts';
import { SvgPen } from './svg-pen.ts';

/** A row of the legend. */
interface PictureKey {
  readonly label: string;
  readonly token: string;
  readonly pattern: number;
  readonly count: number;
  readonly pages: number;
}

/** The content of a picture. */
export interface Picture {
  readonly still: Still;
  readonly title: string;
  /** Below the title, in a quieter ink. */
  readonly subtitle: string;
  /** Empty: no legend. */
  readonly legend: readonly PictureKey[];
  /** At the foot, left and right. */
  readonly foot: readonly [string, string];
}

interface PictureSize {
  /** Px, `dpr` of them per CSS px. */
  readonly width: number;
  readonly height: number;
  readonly dpr: number;
  /** Px from the top to the diagram, and its height. */
  readonly diagramTop: number;
  readonly diagramHeight: number;
}

const HEAD = 58;
const FOOT = 34;
const PAD = 16;
const KEY_WIDTH = 232;
const KEY_HEIGHT = 20;
const SWATCH = 11;
/** Of a name, and from its start to the figures. */
const NAME_WIDTH = 110;
const FIGURES_AT = 116;

/** Size of a picture at a pixel ratio. */
function pictureSize({ still, legend }: Picture, dpr: number): PictureSize {
  const px = (css: number): number => Math.round(css * dpr);
  const diagramHeight = px(still.cssHeight);
  const rows = Math.ceil(legend.length / columnsIn(still.cssWidth));
  const legendHeight = rows === 0 ? 0 : rows * KEY_HEIGHT + PAD;
  return { width: px(still.cssWidth), height: px(HEAD) + diagramHeight + px(legendHeight) + px(FOOT), dpr, diagramTop: px(HEAD), diagramHeight };
}

function columnsIn(cssWidth: number): number {
  return Math.max(1, Math.floor((cssWidth - 2 * PAD) / KEY_WIDTH));
}

/** Paints it onto a canvas of its own. Throws if the browser cannot create one of that size. */
export function pictureOnCanvas(picture: Picture, theme: Theme, dpr: number): HTMLCanvasElement {
  const size = pictureSize(picture, dpr);
  const [canvas, context] = canvasOf(size.width, size.height);
  const [diagram, own] = canvasOf(size.width, size.diagramHeight);
  const measure = measureBy(context);
  const patterns = makePatterns(theme, dpr);
  // On its own surface, as on the page: the diagram first paints over its whole canvas.
  paintStill(own, picture.still, dpr, theme, patterns, measure);
  paintFrame(context, picture, size, theme, patterns, measure);
  context.drawImage(diagram, 0, size.diagramTop);
  return canvas;
}

/** The same as an SVG file, with its texts as text. */
export function pictureAsSvg(picture: Picture, theme: Theme, dpr: number): string {
  const size = pictureSize(picture, dpr);
  const [, context] = canvasOf(1, 1);
  const measure = measureBy(context);
  const pen = new SvgPen();
  const patterns = makePatterns(theme, dpr, (tile) => pen.addPattern({ url: tile.toDataURL('image/png'), size: tile.width }));
  paintFrame(pen, picture, size, theme, patterns, measure);
  pen.origin = { x: 0, y: size.diagramTop };
  pen.setTransform(1, 0, 0, 1, 0, 0);
  paintStill(pen, picture.still, dpr, theme, patterns, measure);
  return pen.finish(size.width, size.height, size.width / dpr, size.height / dpr, picture.title);
}

function canvasOf(width: number, height: number): readonly [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  // Like the page's own canvas: text keeps its subpixel rendering.
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('this browser cannot make a picture of that size');
  return [canvas, context];
}

function measureBy(context: CanvasRenderingContext2D): Measure {
  return (text, font) => {
    context.font = font;
    return context.measureText(text).width;
  };
}

/** Everything except the diagram. */
function paintFrame(pen: Pen, picture: Picture, size: PictureSize, theme: Theme, patterns: Patterns, measure: Measure): void {
  const { width, height, dpr, diagramTop, diagramHeight } = size;
  const px = (css: number): number => Math.round(css * dpr);
  const room = width - 2 * px(PAD);
  const font = (css: number, weight = ''): string => `${weight}${px(css)}px ${theme.fontUi}`;
  const write = (text: string, x: number, y: number, style: string, fontText: string, most: number): void => {
    pen.font = fontText;
    pen.fillStyle = style;
    pen.fillText(fitText(text, most, fontText, measure), x, y);
  };
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.globalAlpha = 1;
  pen.textBaseline = 'alphabetic';
  pen.textAlign = 'left';
  pen.fillStyle = theme.surface;
  pen.fillRect(0, 0, width, height);
  write(picture.title, px(PAD), px(25), theme.ink, font(15, '600 '), room);
  write(picture.subtitle, px(PAD), px(43), theme.inkMuted, font(11), room);
  pen.fillStyle = theme.line;
  pen.fillRect(0, diagramTop - Math.max(1, Math.round(dpr)), width, Math.max(1, Math.round(dpr)));
  pen.fillRect(0, diagramTop + diagramHeight, width, Math.max(1, Math.round(dpr)));
  paintLegend(pen, picture, size, theme, patterns, write, font);
  const base = height - px(12);
  const [left, right] = picture.foot;
  const rightWidth = Math.min(room, measure(right, font(11)));
  write(left, px(PAD), base, theme.inkMuted, font(11), room - rightWidth - px(PAD));
  write(right, width - px(PAD) - rightWidth, base, theme.inkMuted, font(11), rightWidth + 1);
}

type Write = (text: string, x: number, y: number, style: string, font: string, most: number) => void;

function paintLegend(
  pen: Pen,
  { legend, still }: Picture,
  size: PictureSize,
  theme: Theme,
  patterns: Patterns,
  write: Write,
  font: (css: number) => string,
): void {
  const { dpr, diagramTop, diagramHeight, width } = size;
  const px = (css: number): number => Math.round(css * dpr);
  const columns = columnsIn(still.cssWidth);
  const rows = Math.ceil(legend.length / columns);
  const columnWidth = Math.floor((width - 2 * px(PAD)) / columns);
  legend.forEach(({ label, token, pattern, count, pages }, at) => {
    const x = px(PAD) + Math.floor(at / rows) * columnWidth;
    const y = diagramTop + diagramHeight + px(PAD) + (at % rows) * px(KEY_HEIGHT);
    const side = px(SWATCH);
    const styles = [theme.fills.get(token) ?? theme.line, ...(theme.isPatterned ? [patterns.classes[pattern % patterns.classes.length] ?? ''] : [])];
    for (const style of styles) {
      pen.fillStyle = style;
      pen.fillRect(x, y, side, side);
    }
    pen.strokeStyle = theme.inkMuted;
    pen.globalAlpha = 0.4;
    pen.lineWidth = Math.max(1, Math.round(dpr));
    pen.strokeRect(x, y, side, side);
    pen.globalAlpha = 1;
    const figures = `${formatCount(count)} · ${formatPages(pages)}`;
    const figuresX = x + px(SWATCH + 8 + FIGURES_AT);
    write(baseName(label), x + px(SWATCH + 8), y + px(10), theme.ink, font(11), px(NAME_WIDTH));
    write(figures, figuresX, y + px(10), theme.inkMuted, font(11), columnWidth - px(SWATCH + 8 + FIGURES_AT));
  });
}
