/** What a turn of the wheel asks for: to come closer by e^log, or to move the picture down by px; `coarse` steps are to glide. */
export type WheelMove = { readonly log: number; readonly coarse: boolean } | { readonly px: number; readonly coarse: boolean };

/** The part of a WheelEvent that tells. */
export interface Wheel {
  readonly deltaX: number;
  readonly deltaY: number;
  readonly deltaMode: number;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly timeStamp: number;
}

const LINE_PX = 16;
/** WheelEvent.DOM_DELTA_PIXEL, DOM_DELTA_PAGE. */
const BY_PIXEL = 0;
const BY_PAGE = 2;
/** A notch of a wheel is 100 or 120 px in most browsers; a trackpad begins with few. */
const NOTCH_PX = 40;
/** What follows this soon belongs to the same stroke of the trackpad, however fast it becomes. */
const STROKE_MS = 150;
const ZOOM_PER_PX = 0.0022;
/** Browsers tell a pinch on a trackpad as a wheel with Ctrl, in far smaller steps. */
const PINCH_PER_PX = 0.01;

/** Reads wheel events: one wheel, or one trackpad, of which each stroke is taken as a whole. */
export class WheelReader {
  /** When the trackpad was heard last. */
  #fineAt = -Infinity;

  read(event: Wheel, pageHeightPx: number): WheelMove {
    const unitPx = event.deltaMode === BY_PAGE ? pageHeightPx : event.deltaMode === BY_PIXEL ? 1 : LINE_PX;
    const [x, y] = [event.deltaX * unitPx, event.deltaY * unitPx];
    const coarse = this.#isCoarse(event, Math.max(Math.abs(x), Math.abs(y)));
    // Shift turns a wheel sideways on most systems: both deltas then mean a pan, and so does a stroke to the side.
    if (event.shiftKey) return { px: -(y + x), coarse };
    if (Math.abs(x) > Math.abs(y) && !event.ctrlKey) return { px: -x, coarse };
    return { log: -y * (event.ctrlKey && !coarse ? PINCH_PER_PX : ZOOM_PER_PX), coarse };
  }

  #isCoarse({ deltaMode, timeStamp }: Wheel, px: number): boolean {
    if (deltaMode !== BY_PIXEL) return true;
    const coarse = px >= NOTCH_PX && timeStamp - this.#fineAt > STROKE_MS;
    if (!coarse) this.#fineAt = timeStamp;
    return coarse;
  }
}
