import type { Pen } from '../draw/paint/pen.ts';

/** A tile of a surface, as a data: URL of a PNG. */
interface SvgPattern {
  readonly url: string;
  /** Px of its side. */
  readonly size: number;
}

interface State {
  readonly fillStyle: Pen['fillStyle'];
  readonly strokeStyle: Pen['strokeStyle'];
  readonly lineWidth: number;
  readonly font: string;
  readonly globalAlpha: number;
  readonly textAlign: CanvasTextAlign;
  readonly textBaseline: CanvasTextBaseline;
  /** The part of the matrix that the painters use. */
  readonly x: number;
  readonly y: number;
  /** Open groups for its clips. */
  readonly groups: number;
}

const BASELINES: Partial<Record<CanvasTextBaseline, string>> = { middle: ' dominant-baseline="central"', top: ' dominant-baseline="text-before-edge"' };
const ANCHORS: Partial<Record<CanvasTextAlign, string>> = { center: ' text-anchor="middle"', right: ' text-anchor="end"', end: ' text-anchor="end"' };

/** Px, rounded to hundredths. */
function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Text valid in XML: without forbidden characters, whatever their origin. */
export function xmlText(text: string): string {
  return (
    text
      .toWellFormed()
      // eslint-disable-next-line no-control-regex -- those are what XML 1.0 has no way to write
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)
  );
}

/**
 * Draws the painters' calls as SVG: no script, no style sheet, no external resources. Patterns must be added first: see
 * {@link SvgPen.addPattern}.
 */
export class SvgPen implements Pen {
  readonly #parts: string[] = [];
  readonly #defs: string[] = [];
  readonly #patterns = new Map<unknown, string>();
  readonly #states: State[] = [];
  /** The current path: rectangles with their corner radius. */
  #path: { x: number; y: number; width: number; height: number; radius: number }[] = [];
  #x = 0;
  #y = 0;
  #groups = 0;
  fillStyle: Pen['fillStyle'] = '#000';
  strokeStyle: Pen['strokeStyle'] = '#000';
  lineWidth = 1;
  font = '10px sans-serif';
  globalAlpha = 1;
  textAlign: CanvasTextAlign = 'start';
  textBaseline: CanvasTextBaseline = 'alphabetic';
  /** The origin: all transforms count from here. */
  origin = { x: 0, y: 0 };

  /** Adds a pattern, which then can be used as fillStyle. */
  addPattern({ url, size }: SvgPattern): CanvasPattern {
    const id = `p${this.#patterns.size}`;
    const style = { setTransform: () => undefined };
    this.#patterns.set(style, id);
    this.#defs.push(
      `<pattern id="${id}" width="${size}" height="${size}" patternUnits="userSpaceOnUse"><image width="${size}" height="${size}" href="${xmlText(url)}"/></pattern>`,
    );
    return style;
  }

  /** The complete file: `width` × `height` px, shown at the given CSS px. */
  finish(width: number, height: number, cssWidth: number, cssHeight: number, title: string): string {
    const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${px(cssWidth)}" height="${px(cssHeight)}" viewBox="0 0 ${px(width)} ${px(height)}" shape-rendering="crispEdges">`;
    return `${open}<title>${xmlText(title)}</title><defs>${this.#defs.join('')}</defs>${this.#parts.join('')}</svg>\n`;
  }

  setTransform(...matrix: readonly unknown[]): void {
    const [, , , , x, y] = matrix;
    this.#x = this.origin.x + (typeof x === 'number' ? x : 0);
    this.#y = this.origin.y + (typeof y === 'number' ? y : 0);
  }

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, font, globalAlpha, textAlign, textBaseline } = this;
    this.#states.push({ fillStyle, strokeStyle, lineWidth, font, globalAlpha, textAlign, textBaseline, x: this.#x, y: this.#y, groups: this.#groups });
  }

  restore(): void {
    const state = this.#states.pop();
    if (state === undefined) return;
    const { x, y, groups, ...styles } = state;
    for (; this.#groups > groups; this.#groups--) this.#parts.push('</g>');
    [this.#x, this.#y] = [x, y];
    Object.assign(this, styles);
  }

  beginPath(): void {
    this.#path = [];
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.#path.push({ x, y, width, height, radius: 0 });
  }

  roundRect(x: number, y: number, width: number, height: number, radius: unknown = 0): void {
    this.#path.push({ x, y, width, height, radius: typeof radius === 'number' ? radius : 0 });
  }

  clip(): void {
    const id = `c${this.#defs.length}`;
    this.#defs.push(`<clipPath id="${id}">${this.#path.map((each) => `<rect${this.#box(each.x, each.y, each.width, each.height)}/>`).join('')}</clipPath>`);
    this.#parts.push(`<g clip-path="url(#${id})">`);
    this.#groups++;
  }

  fill(): void {
    for (const { x, y, width, height, radius } of this.#path)
      this.#parts.push(`<rect${this.#box(x, y, width, height)} rx="${px(radius)}" shape-rendering="auto"${this.#paint('fill', this.fillStyle)}/>`);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    if (width > 0 && height > 0) this.#parts.push(`<rect${this.#box(x, y, width, height)}${this.#paint('fill', this.fillStyle)}/>`);
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    const stroke = `${this.#paint('stroke', this.strokeStyle)} stroke-width="${px(this.lineWidth)}"`;
    this.#parts.push(`<rect${this.#box(x, y, width, height)} fill="none"${stroke}/>`);
  }

  fillText(text: string, x: number, y: number): void {
    if (text === '') return;
    const [, weight = '', size = '10', family = 'sans-serif'] = /^(?:(\d+) )?([\d.]+)px (.*)$/s.exec(this.font) ?? [];
    const font = ` font-family="${xmlText(family)}" font-size="${size}"${weight === '' ? '' : ` font-weight="${weight}"`}`;
    const place = ` x="${px(x + this.#x)}" y="${px(y + this.#y)}"${ANCHORS[this.textAlign] ?? ''}${BASELINES[this.textBaseline] ?? ''}`;
    this.#parts.push(`<text${place}${font}${this.#paint('fill', this.fillStyle)} xml:space="preserve">${xmlText(text)}</text>`);
  }

  #box(x: number, y: number, width: number, height: number): string {
    return ` x="${px(x + this.#x)}" y="${px(y + this.#y)}" width="${px(width)}" height="${px(height)}"`;
  }

  #paint(what: 'fill' | 'stroke', style: Pen['fillStyle']): string {
    const pattern = this.#patterns.get(style);
    const paint = pattern !== undefined ? `url(#${pattern})` : typeof style === 'string' ? style : 'none';
    return ` ${what}="${xmlText(paint)}"${this.globalAlpha === 1 ? '' : ` ${what}-opacity="${px(this.globalAlpha)}"`}`;
  }
}
