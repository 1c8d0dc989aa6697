import { easeCubicInOut, easeCubicOut } from 'd3-ease';
import type { Axis } from '../axis/axis.ts';
import type { Camera } from '../axis/camera.ts';
import type { Flight } from '../axis/flight.ts';
import { Projection } from '../axis/projection.ts';
import { type Drift, Glide, Hold } from './drift.ts';

/** Moves a camera on an axis, in a viewport of `height` px. */
export type CameraMove = (axis: Axis, camera: Camera, height: number) => Camera;

/** Moves the camera by an amount of a drift. */
export type CameraDrive = (amount: number) => CameraMove;

/** Milliseconds from an old layout to a new one. */
const BLEND_MS = 200;
/** Milliseconds of a flight per unit of its length, and their limits. */
const FLIGHT_MS = 130;
const MIN_FLIGHT_MS = 180;
const MAX_FLIGHT_MS = 1100;
/** Head start of a new drift, so that the very next frame shows movement. */
const HEAD_START_MS = 8;
/** Maximum step, even if the browser skipped frames: a held movement must not jump. */
const MAX_STEP_MS = 100;

/**
 * Automatic movement: a flight of the camera, or drifts, which add up; and a blend between two layouts. A flight ends
 * all drifts, and a new drift ends the flight where it is.
 */
export class Motion {
  readonly #drifts = new Map<string, { drift: Drift; drive: CameraDrive }>();
  #driftedAt = 0;
  #flight: { way: Flight; to: Camera; from: Camera; start: number; ms: number } | null = null;
  #blend: { from: Projection; start: number } | null = null;

  get running(): boolean {
    return this.#flight !== null || this.#blend !== null || this.#drifts.size > 0;
  }

  get drifting(): boolean {
    return this.#drifts.size > 0;
  }

  /** The target of a flight; null without one. */
  get goal(): Camera | null {
    return this.#flight?.to ?? null;
  }

  stop(): void {
    this.halt();
    this.#blend = null;
  }

  /** Ends the movement of the camera where it is. */
  halt(): void {
    this.#flight = null;
    this.#drifts.clear();
  }

  /** Starts a drift, replacing one with the same name. */
  drift(name: string, drift: Drift, drive: CameraDrive, now: number): void {
    this.#flight = null;
    // Any other movement stops a throw.
    this.#drifts.delete('coast');
    if (this.#drifts.size === 0) this.#driftedAt = now - HEAD_START_MS;
    this.#drifts.set(name, { drift, drive });
  }

  /** Extends the glide with that name by an amount; `drive` counts from now on. */
  glide(name: string, amount: number, drive: CameraDrive, now: number): void {
    const running = this.#drifts.get(name)?.drift;
    const glide = running instanceof Glide ? running : new Glide(0);
    glide.add(amount);
    this.drift(name, glide, drive, now);
  }

  /** The key with that name is released. */
  release(name: string): void {
    const held = this.#drifts.get(name)?.drift;
    if (held instanceof Hold) held.release();
  }

  /**
   * Applies the drifts since the last call. `move` returns whether anything moved: a drift stopped by the end of the
   * axis is over, unless its key is down.
   */
  advanceDrifts(now: number, move: (change: CameraMove) => boolean): void {
    const ms = Math.min(MAX_STEP_MS, Math.max(0, now - this.#driftedAt));
    this.#driftedAt = now;
    if (ms === 0) return;
    for (const [name, { drift, drive }] of this.#drifts) {
      const moved = move(drive(drift.advance(ms)));
      if (drift.over || !(moved || isDown(drift))) this.#drifts.delete(name);
    }
  }

  /** Completes all drifts at once. */
  finishDrifts(move: (change: CameraMove) => boolean): void {
    for (const { drift, drive } of this.#drifts.values()) move(drive(drift.rest()));
    this.#drifts.clear();
  }

  /** Starts a flight; a blend ends at once. */
  fly(way: Flight, to: Camera, now: number): void {
    this.#blend = null;
    this.#drifts.clear();
    const ms = Math.min(MAX_FLIGHT_MS, Math.max(MIN_FLIGHT_MS, way.length * FLIGHT_MS));
    this.#flight = { way, to, from: way.at(0), start: now, ms };
  }

  /** The user moves the camera directly: ends all drifts except held keys. */
  endDrifts(): void {
    for (const [name, { drift }] of this.#drifts) if (!isDown(drift)) this.#drifts.delete(name);
  }

  /** The user moved the camera: ends a flight, and moves the old layout of a blend along. */
  follow(move: (axis: Axis, camera: Camera) => Camera): void {
    this.#flight = null;
    if (this.#blend !== null)
      this.#blend = { ...this.#blend, from: new Projection(this.#blend.from.axis, move(this.#blend.from.axis, this.#blend.from.camera)) };
  }

  /** The layout changed: starts a blend from the old one, or continues a flight in the new one. */
  onNewAxis(from: Projection, animate: boolean, now: number, move: (camera: Camera) => Camera, fly: (from: Camera, to: Camera) => Flight): void {
    if (this.#flight !== null) {
      const start = move(this.#flight.from);
      const to = move(this.#flight.to);
      this.#flight = { ...this.#flight, from: start, to, way: fly(start, to) };
      this.#blend = null;
    } else this.#blend = animate ? { from, start: now } : null;
  }

  /** The camera at a time; null without a flight. Ends the flight when it is over. */
  cameraAt(now: number): Camera | null {
    if (this.#flight === null) return null;
    const { way, start, ms } = this.#flight;
    const t = (now - start) / ms;
    if (t >= 1) this.#flight = null;
    return way.at(easeCubicInOut(Math.min(1, Math.max(0, t))));
  }

  /** The old layout, and the share of the new one at a time; null without a blend. */
  blendAt(now: number): { from: Projection; share: number } | null {
    if (this.#blend === null) return null;
    const t = (now - this.#blend.start) / BLEND_MS;
    if (t >= 1) this.#blend = null;
    return this.#blend === null ? null : { from: this.#blend.from, share: easeCubicOut(Math.max(0, t)) };
  }
}

function isDown(drift: Drift): boolean {
  return drift instanceof Hold && drift.isDown;
}
