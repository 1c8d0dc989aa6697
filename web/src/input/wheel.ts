/** The effect of a wheel event: zoom in by e^log, or move the picture down by px; `coarse` steps glide. */
type WheelMove = { readonly log: number; readonly coarse: boolean } | { readonly px: number; readonly coarse: boolean };

/** The relevant part of a WheelEvent. */
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
/** A notch of a wheel is 100 or 120 px in most browsers; a trackpad starts with few px. */
const NOTCH_PX = 40;
/** Events within this time belong to the same trackpad gesture, at any speed. */
const STROKE_MS = 150;
const ZOOM_PER_PX = 0.0022;
/** Browsers report a pinch on a trackpad as a wheel event with Ctrl, in much smaller steps. */
const PINCH_PER_PX = 0.01;

/** Interprets wheel events of one wheel or trackpad; a trackpad gesture is treated as a unit. */
export class WheelReader {
  /** Time of the last trackpad event. */
  #fineAt = -Infinity;

  read(event: Wheel, pageHeightPx: number): WheelMove {
    const unitPx = event.deltaMode === BY_PAGE ? pageHeightPx : event.deltaMode === BY_PIXEL ? 1 : LINE_PX;
    const [x, y] = [event.deltaX * unitPx, event.deltaY * unitPx];
    const coarse = this.#isCoarse(event, Math.max(Math.abs(x), Math.abs(y)));
    // On most systems Shift makes a wheel scroll sideways: both deltas then mean a pan, as does a sideways gesture.
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
