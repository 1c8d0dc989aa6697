import type { PlotFrame } from './gestures.ts';
import { makePatterns, type Patterns } from './paint/patterns.ts';
import { layOut, type Plot } from './paint/plot.ts';
import { type Measure, TextWidths } from './paint/text.ts';
import type { Theme } from './paint/theme.ts';

/** CSS px of a canvas, and device px per CSS px. */
interface SurfaceSize {
  readonly width: number;
  readonly height: number;
  readonly dpr: number;
}

/** The canvas of a diagram: its size, theme and layout. */
export class Surface implements PlotFrame {
  readonly context: CanvasRenderingContext2D;
  readonly #canvas: HTMLCanvasElement;
  readonly #widths: TextWidths;
  #size: SurfaceSize = { width: 300, height: 150, dpr: 1 };
  #theme: Theme | null = null;
  #bits: number | undefined;
  #plot: Plot;

  constructor(canvas: HTMLCanvasElement) {
    // Opaque, so that text keeps its subpixel rendering.
    const context = canvas.getContext('2d', { alpha: false });
    if (context === null) throw new Error('this browser has no 2D canvas');
    this.context = context;
    this.#canvas = canvas;
    this.#widths = new TextWidths(context);
    this.#plot = this.#layOut();
  }

  get theme(): Theme | null {
    return this.#theme;
  }

  get size(): SurfaceSize {
    return this.#size;
  }

  get plot(): Plot {
    return this.#plot;
  }

  get dpr(): number {
    return this.#size.dpr;
  }

  get height(): number {
    return this.#plot.height;
  }

  get canvasHeight(): number {
    return this.#size.height;
  }

  get measure(): Measure {
    return this.#widths.measure;
  }

  /** null without a theme. */
  makePatterns(): Patterns | null {
    return this.#theme === null ? null : makePatterns(this.#theme, this.#size.dpr);
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    this.#widths.clear();
    this.#plot = this.#layOut();
  }

  /** Empties the canvas. */
  resize(size: SurfaceSize): void {
    this.#size = size;
    this.#canvas.width = Math.max(1, Math.round(size.width * size.dpr));
    this.#canvas.height = Math.max(1, Math.round(size.height * size.dpr));
    this.#plot = this.#layOut();
  }

  /** Makes room for addresses of this many bits; undefined without a map. */
  setBits(bits: number | undefined): void {
    if (bits === this.#bits) return;
    this.#bits = bits;
    this.#plot = this.#layOut();
  }

  toPlot(yPx: number): number {
    return yPx * this.#size.dpr - this.#plot.top;
  }

  #layOut(): Plot {
    const { width, height, dpr } = this.#size;
    const longest = '0'.repeat(this.#bits === 32 ? 9 : 17);
    return layOut(width, height, dpr, (fontPx) => this.#widths.measure(longest, `${fontPx}px ${this.#theme?.fontMono ?? 'monospace'}`));
  }
}
