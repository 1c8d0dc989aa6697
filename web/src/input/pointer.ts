import { pointer, select } from 'd3-selection';
import type { Diagram } from '../draw/diagram.ts';
import type { Finger } from '../draw/gestures.ts';
import { Velocity } from './velocity.ts';
import { WheelReader } from './wheel.ts';

type Hit = ReturnType<Diagram['hit']>;

interface PointerEvents {
  /** The pointer is over this hit, or over nothing; in CSS pixels from the top left of the canvas. */
  readonly onHover: (hit: Hit, yPx: number | null, xPx: number | null) => void;
  readonly onPick: (hit: Hit) => void;
  /** Double click or double tap. */
  readonly onOpen: (hit: Hit) => void;
}

/** Maximum movement of a click; more is a drag. */
const SLOP_PX = 4;
/** Fingers closer together than this (in height) move the picture, but do not zoom it. */
const MIN_SPREAD_PX = 24;
/** Maximum time and distance between the two taps of a double tap. */
const DOUBLE_MS = 350;
const DOUBLE_PX = 30;
const LEFT_BUTTON = 1;

/**
 * Handles wheel, drag and throw, pinch, click and double click on the canvas. Returns a function that removes all
 * handlers. Hand-written: d3-drag has no pinch, and uses mouse and touch events, which report neither a lost pointer
 * nor a pen.
 */
export function bindPointer(canvas: HTMLCanvasElement, diagram: Diagram, events: PointerEvents): () => void {
  const hands = new Hands(canvas, diagram, events);
  const wheel = new WheelReader();
  const surface = select(canvas)
    .on('pointerdown.hands', (event: PointerEvent) => hands.press(event))
    .on('pointermove.hands', (event: PointerEvent) => hands.move(event))
    .on('pointerup.hands', (event: PointerEvent) => hands.lift(event, true))
    // The system took the pointer away (a gesture of its own, a dialog): no click, no throw.
    .on('pointercancel.hands lostpointercapture.hands', (event: PointerEvent) => hands.lift(event, false))
    .on('pointerleave.hands', () => hands.leave())
    .on('dblclick.hands', (event: MouseEvent) => hands.doubleClick(event))
    .on('wheel.hands', turn, { passive: false });
  // Whatever is down will be released elsewhere, without an event.
  const page = select(window).on('blur.hands', () => hands.drop());

  function turn(event: WheelEvent): void {
    event.preventDefault();
    const [x, y] = pointer(event, canvas);
    const move = wheel.read(event, canvas.clientHeight);
    if ('px' in move) {
      if (move.coarse) diagram.gestures.glidePan(move.px);
      else diagram.moves.panBy(move.px);
    } else if (move.coarse) diagram.gestures.glideZoom(y, move.log);
    else diagram.moves.zoomAt(y, Math.exp(move.log));
    events.onHover(diagram.hit(y, x), y, x);
  }

  return () => {
    surface.on('.hands', null);
    page.on('.hands', null);
  };
}

/** The pointers that are down on the canvas: one drags, two pinch. */
class Hands {
  readonly #canvas: HTMLCanvasElement;
  readonly #diagram: Diagram;
  readonly #events: PointerEvents;
  /** y of each pointer that is down. */
  readonly #down = new Map<number, number>();
  readonly #velocity = new Velocity();
  /** The places that the two fingers grabbed; null without two fingers, or if they are too close. */
  #grip: Map<number, Finger['point']> | null = null;
  #dragging = false;
  #lastTap: { at: number; x: number; y: number } | null = null;
  #lastType = 'mouse';

  constructor(canvas: HTMLCanvasElement, diagram: Diagram, events: PointerEvents) {
    this.#canvas = canvas;
    this.#diagram = diagram;
    this.#events = events;
  }

  press(event: PointerEvent): void {
    if (event.button !== 0) return;
    // A touch stops any movement.
    this.#diagram.gestures.halt();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#lastType = event.pointerType;
    this.#down.set(event.pointerId, pointer(event, this.#canvas)[1]);
    this.#fingersChanged();
    if (this.#down.size > 1) this.#dragging = true;
  }

  move(event: PointerEvent): void {
    const [x, y] = pointer(event, this.#canvas);
    const before = this.#down.get(event.pointerId);
    const byMouse = event.pointerType === 'mouse';
    if (before !== undefined && byMouse && (event.buttons & LEFT_BUTTON) === 0) {
      // The left button was released while another one was down, or outside our reach.
      this.lift(event, false);
      return;
    }
    if (before === undefined || byMouse) this.#hover(event, x, y);
    if (before === undefined) return;
    if (!this.#dragging && Math.abs(y - before) < SLOP_PX) return;
    if (!this.#dragging) this.#canvas.dataset['dragging'] = '';
    this.#dragging = true;
    if (this.#down.size === 1) this.#velocity.add(event.timeStamp, y);
    this.#down.set(event.pointerId, y);
    this.#drag(y - before);
  }

  /** `whole`: released on purpose. */
  lift(event: PointerEvent, whole: boolean): void {
    if (!this.#down.delete(event.pointerId)) return;
    if (this.#down.size > 0) {
      // The other finger continues from its position.
      this.#fingersChanged();
      return;
    }
    const dragged = this.#dragging;
    this.drop();
    if (!whole) return;
    const speed = this.#velocity.at(event.timeStamp);
    if (!dragged) this.#click(event);
    else if (speed !== 0) this.#diagram.gestures.coast(speed);
  }

  /** Nothing is down any more. */
  drop(): void {
    this.#down.clear();
    this.#grip = null;
    this.#dragging = false;
    delete this.#canvas.dataset['dragging'];
  }

  leave(): void {
    if (this.#down.size === 0) this.#events.onHover(null, null, null);
  }

  doubleClick(event: MouseEvent): void {
    // Not every browser makes a double click of two taps: count them here.
    if (this.#lastType === 'mouse') this.#events.onOpen(this.#hit(event));
  }

  #hover(event: PointerEvent, x: number, y: number): void {
    if (event.pointerType !== 'touch') this.#events.onHover(this.#diagram.hit(y, x), y, x);
  }

  #hit(event: MouseEvent): Hit {
    const [x, y] = pointer(event, this.#canvas);
    return this.#diagram.hit(y, x);
  }

  #click(event: PointerEvent): void {
    const hit = this.#hit(event);
    const last = this.#lastTap;
    const isSecond = last !== null && event.timeStamp - last.at < DOUBLE_MS && Math.hypot(event.clientX - last.x, event.clientY - last.y) < DOUBLE_PX;
    this.#lastTap = isSecond || event.pointerType === 'mouse' ? null : { at: event.timeStamp, x: event.clientX, y: event.clientY };
    if (isSecond) this.#events.onOpen(hit);
    else this.#events.onPick(hit);
  }

  #drag(byPx: number): void {
    if (this.#down.size === 1) {
      this.#diagram.moves.panBy(byPx);
      return;
    }
    const fingers = this.#fingers();
    if (fingers !== null) this.#diagram.gestures.pinch(...fingers);
    else {
      this.#diagram.moves.panBy(byPx / this.#down.size);
      this.#fingersChanged();
    }
  }

  /** The two fingers that hold something, the upper one first; null if there are none, or they are too close. */
  #fingers(): [Finger, Finger] | null {
    const held = [...(this.#grip ?? [])].map(([id, point]) => ({ point, yPx: this.#down.get(id) ?? 0 }));
    const [a, b] = held;
    if (a === undefined || b === undefined) return null;
    const spread = b.yPx - a.yPx;
    if (spread < MIN_SPREAD_PX) this.#grip = null;
    return spread < MIN_SPREAD_PX ? null : [a, b];
  }

  /** A finger came or went, or both must grab anew. A third finger has no effect. */
  #fingersChanged(): void {
    this.#velocity.reset();
    const [a, b] = [...this.#down].slice(0, 2).toSorted(([, y1], [, y2]) => y1 - y2);
    this.#grip = null;
    if (a === undefined || b === undefined || b[1] - a[1] < MIN_SPREAD_PX) return;
    const [pointA, pointB] = [this.#diagram.pageAt(a[1]), this.#diagram.pageAt(b[1])];
    if (pointA !== null && pointB !== null)
      this.#grip = new Map([
        [a[0], pointA],
        [b[0], pointB],
      ]);
  }
}
