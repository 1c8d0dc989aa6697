import { easeCubicInOut, easeCubicOut } from 'd3-ease';
import type { Axis } from '../axis/axis.ts';
import type { Camera } from '../axis/camera.ts';
import type { Flight } from '../axis/flight.ts';
import { Projection } from '../axis/projection.ts';

/** Milliseconds from an old layout to a new one. */
const BLEND_MS = 200;
/** Milliseconds of a flight for each unit of its length, and their limits. */
const FLIGHT_MS = 130;
const LEAST_FLIGHT_MS = 180;
const MOST_FLIGHT_MS = 1100;

/** What moves by itself: a flight of the camera, and a blend between two layouts. At most one of each. */
export class Motion {
  #flight: { way: Flight; to: Camera; from: Camera; start: number; ms: number } | null = null;
  #blend: { from: Projection; start: number } | null = null;

  get running(): boolean {
    return this.#flight !== null || this.#blend !== null;
  }

  /** Where a flight goes; null when there is none. */
  get goal(): Camera | null {
    return this.#flight?.to ?? null;
  }

  stop(): void {
    this.#flight = null;
    this.#blend = null;
  }

  /** Sets off; a blend ends at once. */
  fly(way: Flight, to: Camera, now: number): void {
    this.#blend = null;
    const ms = Math.min(MOST_FLIGHT_MS, Math.max(LEAST_FLIGHT_MS, way.length * FLIGHT_MS));
    this.#flight = { way, to, from: way.at(0), start: now, ms };
  }

  /** The person moved the camera: a flight ends, and the blend's old layout moves along. */
  follow(move: (axis: Axis, camera: Camera) => Camera): void {
    this.#flight = null;
    if (this.#blend !== null)
      this.#blend = { ...this.#blend, from: new Projection(this.#blend.from.axis, move(this.#blend.from.axis, this.#blend.from.camera)) };
  }

  /** The layout changed: blends from the old one, or, in a flight, goes on flying in the new one. */
  onNewAxis(from: Projection, animate: boolean, now: number, move: (camera: Camera) => Camera, fly: (from: Camera, to: Camera) => Flight): void {
    if (this.#flight !== null) {
      const start = move(this.#flight.from);
      const to = move(this.#flight.to);
      this.#flight = { ...this.#flight, from: start, to, way: fly(start, to) };
      this.#blend = null;
    } else this.#blend = animate ? { from, start: now } : null;
  }

  /** The camera at a time; null when no flight says. Ends the flight when it is over. */
  cameraAt(now: number): Camera | null {
    if (this.#flight === null) return null;
    const { way, start, ms } = this.#flight;
    const t = (now - start) / ms;
    if (t >= 1) this.#flight = null;
    return way.at(easeCubicInOut(Math.min(1, Math.max(0, t))));
  }

  /** The old layout and the new one's share at a time, or null. */
  blendAt(now: number): { from: Projection; share: number } | null {
    if (this.#blend === null) return null;
    const t = (now - this.#blend.start) / BLEND_MS;
    if (t >= 1) this.#blend = null;
    return this.#blend === null ? null : { from: this.#blend.from, share: easeCubicOut(Math.max(0, t)) };
  }
}
