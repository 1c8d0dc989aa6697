/**
 * A small movement of the camera in each frame. Amounts are px of a pan or the natural logarithm of a zoom. The total
 * after some time does not depend on how that time is split into frames.
 */
export interface Drift {
  /** The amount of the next `ms`. */
  advance(ms: number): number;
  /** The remaining amount, all at once, as far as it is known. */
  rest(): number;
  readonly over: boolean;
}

/** The glide of a wheel is 98 % complete after four of these, 120 ms. */
const GLIDE_MS = 30;
/** Px, or logarithm: too little to see. */
const MIN_LEFT = 1e-3;

/** Approaches a target exponentially; each further step moves the target. */
export class Glide implements Drift {
  readonly #timeMs: number;
  #left: number;

  constructor(amount: number, timeMs = GLIDE_MS) {
    this.#left = amount;
    this.#timeMs = timeMs;
  }

  get over(): boolean {
    return this.#left === 0;
  }

  add(amount: number): void {
    // After a turn in the opposite direction, drop the remaining way.
    this.#left = amount * this.#left < 0 ? amount : this.#left + amount;
  }

  advance(ms: number): number {
    const moved = this.#left * -Math.expm1(-ms / this.#timeMs);
    if (Math.abs(this.#left - moved) < MIN_LEFT) return this.rest();
    this.#left -= moved;
    return moved;
  }

  rest(): number {
    const left = this.#left;
    this.#left = 0;
    return left;
  }
}

/** Time constant of a throw: its speed falls to about a third in this time. */
const COAST_MS = 325;
/** Px per ms. */
const SLOWEST = 0.02;

/** Continues a throw, ever slower. */
export class Coast implements Drift {
  #speed: number;

  /** Px per ms. */
  constructor(speed: number) {
    this.#speed = speed;
  }

  get over(): boolean {
    return Math.abs(this.#speed) < SLOWEST;
  }

  advance(ms: number): number {
    if (this.over) return 0;
    const moved = this.#speed * COAST_MS * -Math.expm1(-ms / COAST_MS);
    this.#speed *= Math.exp(-ms / COAST_MS);
    return moved;
  }

  rest(): number {
    this.#speed = 0;
    return 0;
  }
}

const EASE_IN_MS = 40;
const EASE_OUT_MS = 40;

/** A held key: starts softly, continues at its own speed, and has moved by at least one step when it stops. */
export class Hold implements Drift {
  readonly #cruise: number;
  readonly #step: number;
  #speed = 0;
  #moved = 0;
  #end: Glide | null = null;

  /** `cruise` per ms and `step` have the same sign. */
  constructor(cruise: number, step: number) {
    this.#cruise = cruise;
    this.#step = step;
  }

  get over(): boolean {
    return this.#end?.over ?? false;
  }

  /** The key is still down. */
  get isDown(): boolean {
    return this.#end === null;
  }

  /** The key is released: finishes the first step, or slows down over a short distance. */
  release(): void {
    if (this.#end !== null) return;
    const left = this.#step - this.#moved;
    const way = this.#speed * EASE_OUT_MS;
    this.#end = new Glide(Math.abs(left) > Math.abs(way) && left * this.#step > 0 ? left : way, EASE_OUT_MS);
  }

  advance(ms: number): number {
    if (this.#end !== null) return this.#end.advance(ms);
    const eased = -Math.expm1(-ms / EASE_IN_MS);
    const moved = this.#cruise * ms + (this.#speed - this.#cruise) * EASE_IN_MS * eased;
    this.#speed += (this.#cruise - this.#speed) * eased;
    this.#moved += moved;
    return moved;
  }

  rest(): number {
    this.release();
    return this.#end?.rest() ?? 0;
  }
}
