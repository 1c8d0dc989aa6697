/** Width in px of a text in a CSS font. */
export type Measure = (text: string, font: string) => number;

/** Caches text widths, since measuring is the slow part of canvas text; clears the cache when it gets too large. */
export class TextWidths {
  readonly #context: CanvasRenderingContext2D;
  readonly #widths = new Map<string, Map<string, number>>();
  #count = 0;

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  /** Clears the cache, for instance when a web font arrived. */
  clear(): void {
    this.#widths.clear();
    this.#count = 0;
  }

  readonly measure: Measure = (text, font) => {
    let ofFont = this.#widths.get(font);
    if (ofFont === undefined) this.#widths.set(font, (ofFont = new Map<string, number>()));
    let width = ofFont.get(text);
    if (width === undefined) {
      if (this.#count > 20_000) {
        this.clear();
        this.#widths.set(font, (ofFont = new Map<string, number>()));
      }
      this.#context.font = font;
      width = this.#context.measureText(text).width;
      ofFont.set(text, width);
      this.#count++;
    }
    return width;
  };
}

/**
 * The text, or as much of its head and tail around one `…` as fits into `width`; '' if not even three characters fit.
 * The tail is favoured, since it distinguishes libraries. Cuts between code points, by bisection.
 */
export function fitText(text: string, width: number, font: string, measure: Measure): string {
  if (measure(text, font) <= width) return text;
  const characters = Array.from(text);
  const cut = (kept: number): string => {
    const tail = Math.ceil(kept * 0.6);
    return `${characters.slice(0, kept - tail).join('')}…${tail > 0 ? characters.slice(-tail).join('') : ''}`;
  };
  let low = 0;
  let high = characters.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(cut(middle), font) <= width) low = middle;
    else high = middle - 1;
  }
  return low < 3 ? '' : cut(low);
}
