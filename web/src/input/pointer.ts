import type { Diagram } from '../draw/diagram.ts';

export type Hit = ReturnType<Diagram['hit']>;

export interface PointerEvents {
  /** The pointer is over this, or over nothing; yPx in CSS pixels from the canvas' top. */
  readonly onHover: (hit: Hit, yPx: number | null) => void;
  readonly onPick: (hit: Hit) => void;
  /** Double click. */
  readonly onOpen: (hit: Hit) => void;
}

/** Movement that still counts as a click, not as a drag. */
const SLOP_PX = 4;
const LINE_PX = 16;

/** Wheel, drag, pinch, click and double click on the canvas. Returns what takes it all off again. */
export function bindPointer(canvas: HTMLCanvasElement, diagram: Diagram, events: PointerEvents): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  /** y of each pointer that is down. */
  const down = new Map<number, number>();
  let pressedAt: number | null = null;
  let dragging = false;

  const yOf = (event: MouseEvent): number => event.clientY - canvas.getBoundingClientRect().top;
  const hover = (event: PointerEvent): void => {
    const y = yOf(event);
    events.onHover(diagram.hit(y), y);
  };

  canvas.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      down.set(event.pointerId, yOf(event));
      pressedAt = down.size === 1 ? yOf(event) : null;
      dragging = down.size > 1;
    },
    { signal },
  );

  canvas.addEventListener(
    'pointermove',
    (event) => {
      const before = down.get(event.pointerId);
      if (before === undefined) {
        if (event.pointerType === 'mouse' || event.pointerType === 'pen') hover(event);
        return;
      }
      const y = yOf(event);
      if (!dragging && Math.abs(y - (pressedAt ?? y)) < SLOP_PX) return;
      if (!dragging) canvas.dataset['dragging'] = '';
      dragging = true;
      down.set(event.pointerId, y);
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
      if (other === undefined) diagram.panBy(y - before);
      else pinch(diagram, before, y, other);
    },
    { signal },
  );

  const release = (event: PointerEvent): void => {
    if (!down.delete(event.pointerId) || down.size > 0) return;
    delete canvas.dataset['dragging'];
    if (!dragging && event.type === 'pointerup') events.onPick(diagram.hit(yOf(event)));
    dragging = false;
    pressedAt = null;
  };
  canvas.addEventListener('pointerup', release, { signal });
  canvas.addEventListener('pointercancel', release, { signal });
  canvas.addEventListener(
    'pointerleave',
    () => {
      if (down.size === 0) events.onHover(null, null);
    },
    { signal },
  );
  canvas.addEventListener(
    'dblclick',
    (event) => {
      events.onOpen(diagram.hit(yOf(event)));
    },
    { signal },
  );
  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const y = yOf(event);
      const unitPx = event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? canvas.clientHeight : event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
      // Shift turns a wheel sideways on most systems: both deltas then mean a pan.
      if (event.shiftKey) diagram.panBy(-(event.deltaY + event.deltaX) * unitPx);
      else diagram.zoomAt(y, Math.exp(-event.deltaY * unitPx * (event.ctrlKey ? 0.01 : 0.0022)));
      events.onHover(diagram.hit(y), y);
    },
    { signal, passive: false },
  );

  return () => {
    controller.abort();
  };
}

/** Two fingers: one moved from `before` to `now`, the other rests at `other`. What lies under both stays under both. */
function pinch(diagram: Diagram, before: number, now: number, other: number): void {
  const spread = Math.max(8, Math.abs(before - other));
  const factor = Math.max(8, Math.abs(now - other)) / spread;
  diagram.zoomAt(other, factor);
}
