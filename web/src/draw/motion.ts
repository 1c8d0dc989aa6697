import { easeCubicInOut, easeCubicOut } from 'd3-ease';
import type { Axis } from '../axis/axis.ts';
import type { Camera } from '../axis/camera.ts';
import type { Flight } from '../axis/flight.ts';
import { Projection } from '../axis/projection.ts';
import { type Drift, Glide, Hold } from './drift.ts';

/** From an axis and its camera to another camera, in a viewport of so many px. */
export type CameraMove = (axis: Axis, camera: Camera, height: number) => Camera;

/** What an amount of a drift does to the camera. */
export type CameraDrive = (amount: number) => CameraMove;

/** Milliseconds from an old layout to a new one. */
const BLEND_MS = 200;
/** Milliseconds of a flight for each unit of its length, and their limits. */
const FLIGHT_MS = 130;
const MIN_FLIGHT_MS = 180;
const MAX_FLIGHT_MS = 1100;
/** A drift that sets off has been on its way for so long: the very next frame shows it. */
const HEAD_START_MS = 8;
/** No step is larger, however long the browser gave no frame: what is held must not jump. */
const MAX_STEP_MS = 100;

/**
 * What moves by itself: a flight of the camera, or drifts, which add up; and a blend between two layouts. A flight ends every drift, and a drift
 * that sets off ends the flight where it is.
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

  /** Where a flight goes; null when there is none. */
  get goal(): Camera | null {
    return this.#flight?.to ?? null;
  }

  stop(): void {
    this.halt();
    this.#blend = null;
  }

  /** Ends what moves the camera, where it is. */
  halt(): void {
    this.#flight = null;
    this.#drifts.clear();
  }

  /** Sets a drift off, in the place of one of the same name. */
  drift(name: string, drift: Drift, drive: CameraDrive, now: number): void {
    this.#flight = null;
    // Whatever comes next stops a throw.
    this.#drifts.delete('coast');
    if (this.#drifts.size === 0) this.#driftedAt = now - HEAD_START_MS;
    this.#drifts.set(name, { drift, drive });
  }

  /** Sends the glide of that name so much farther; `drive` counts from now on. */
  glide(name: string, amount: number, drive: CameraDrive, now: number): void {
    const running = this.#drifts.get(name)?.drift;
    const glide = running instanceof Glide ? running : new Glide(0);
    glide.add(amount);
    this.drift(name, glide, drive, now);
  }

  /** The key of that name is up. */
  release(name: string): void {
    const held = this.#drifts.get(name)?.drift;
    if (held instanceof Hold) held.release();
  }

  /** What the drifts did since they were asked last. `move` says whether it moved anything: one that is held up by the end of the axis is over, unless its key is down. */
  advanceDrifts(now: number, move: (change: CameraMove) => boolean): void {
    const ms = Math.min(MAX_STEP_MS, Math.max(0, now - this.#driftedAt));
    this.#driftedAt = now;
    if (ms === 0) return;
    for (const [name, { drift, drive }] of this.#drifts) {
      const moved = move(drive(drift.advance(ms)));
      if (drift.over || !(moved || isDown(drift))) this.#drifts.delete(name);
    }
  }

  /** Where the drifts lead, at once. */
  finishDrifts(move: (change: CameraMove) => boolean): void {
    for (const { drift, drive } of this.#drifts.values()) move(drive(drift.rest()));
    this.#drifts.clear();
  }

  /** Sets off; a blend ends at once. */
  fly(way: Flight, to: Camera, now: number): void {
    this.#blend = null;
    this.#drifts.clear();
    const ms = Math.min(MAX_FLIGHT_MS, Math.max(MIN_FLIGHT_MS, way.length * FLIGHT_MS));
    this.#flight = { way, to, from: way.at(0), start: now, ms };
  }

  /** The person moves the camera at once: no drift goes on, but for what a key holds. */
  endDrifts(): void {
    for (const [name, { drift }] of this.#drifts) if (!isDown(drift)) this.#drifts.delete(name);
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

function isDown(drift: Drift): boolean {
  return drift instanceof Hold && drift.isDown;
}
