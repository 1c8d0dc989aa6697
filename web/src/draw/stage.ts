import type { Intervals } from '@procmap/shared/intervals.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import type { Axis } from '../axis/axis.ts';
import { Blend, rebase } from '../axis/blend.ts';
import { type Camera, fit, isFit } from '../axis/camera.ts';
import { lookAt, spotOf } from '../axis/camera-moves.ts';
import { fly } from '../axis/flight.ts';
import { buildHierarchy, FIRST_SIGHT, type Hierarchy, type HierarchyOptions, type KernelView, type Scale, type Show } from '../axis/hierarchy.ts';
import { type MaskLevels, Masks, maskLevels } from '../axis/masks.ts';
import type { Classes } from '../colour/classes.ts';
import { Projection, type Ruler } from '../axis/projection.ts';
import { withUses } from '../axis/run-uses.ts';
import { rescale } from '../axis/rescale.ts';
import { Coast, Hold } from './drift.ts';
import type { PageRange } from '../regions/page-range.ts';
import { type CameraMove, type CameraDrive, Motion } from './motion.ts';

/** A map to draw, with a hierarchy built elsewhere for these options. */
export interface DrawnMap {
  readonly intervals: Intervals;
  readonly hierarchy: Hierarchy;
  readonly options: HierarchyOptions;
  /** By kind. */
  readonly masks: MaskLevels;
}

/** Less does not count as movement. */
const MIN_MOVE_PX = 1e-6;

/** From a camera on one axis to a camera on the next axis. */
type NewAxis = (camera: Camera, old: Axis, axis: Axis) => Camera;

/**
 * The content and the viewpoint: intervals, their hierarchy, the camera, and movements. Independent of a canvas; px are
 * device px of the plot.
 */
export class Stage {
  readonly #motion = new Motion();
  #options = FIRST_SIGHT;
  /** Of the current intervals. */
  #resident: Float64Array | null = null;
  #hierarchy: Hierarchy | null = null;
  #uses: { readonly uses: Uses; readonly inMemory: Float64Array | null } | null = null;
  /** Of the current hierarchy and uses; null: not made yet. */
  #told: Hierarchy | null = null;
  #masks: Masks | null = null;
  #classes: Classes | null = null;
  #camera: Camera = { page: 0, fraction: 0, y: 0, scale: 1 };
  /**
   * The view before the scale changed, and the selection then; returning to that scale restores it, as long as the user
   * did not move since.
   */
  #wayBack: { readonly to: Projection; readonly selected: PageRange | null } | null = null;
  #height = 1;
  /** No motion at all. */
  #still = false;

  get hierarchy(): Hierarchy | null {
    return this.#hierarchy;
  }

  /** The hierarchy with what its memory is for, as far as that is known of this very map. */
  get told(): Hierarchy | null {
    const [hierarchy, of] = [this.#hierarchy, this.#uses];
    if (hierarchy === null || of?.uses.table !== hierarchy.axis.intervals.table) return hierarchy;
    return (this.#told ??= withUses(hierarchy, of.uses, of.inMemory));
  }

  get masks(): Masks | null {
    return this.#masks;
  }

  get classes(): Classes | null {
    return this.#classes;
  }

  get camera(): Camera {
    return this.#camera;
  }

  /** The target of a flight, else the current camera. */
  get goal(): Camera {
    return this.#motion.goal ?? this.#camera;
  }

  get height(): number {
    return this.#height;
  }

  get options(): HierarchyOptions {
    return this.#options;
  }

  get atFit(): boolean {
    return this.#hierarchy === null || isFit(this.#camera, this.#height);
  }

  /** A wheel glides, a throw continues, or a key is held. */
  get drifting(): boolean {
    return this.#motion.drifting;
  }

  get moving(): boolean {
    return this.#motion.running;
  }

  /** null without intervals. */
  get projection(): Projection | null {
    return this.#hierarchy === null ? null : new Projection(this.#hierarchy.axis, this.#camera);
  }

  /**
   * Resizes the viewport and keeps the same content in its middle, and as much of it: a message over the diagram or a
   * sheet below must not change the view.
   */
  resize(height: number): void {
    const goal = this.goal;
    const before = this.#height;
    this.#height = height;
    this.#wayBack = null;
    this.#motion.stop();
    if (this.#hierarchy === null) return;
    const { axis } = this.#hierarchy;
    this.#camera = lookAt(axis, spotOf(axis, goal, before), height);
  }

  /** Other colours of the same map. */
  setClasses(map: DrawnMap, classes: Classes): void {
    this.#masks = new Masks(classes.colouring === 'kind' ? map.masks : maskLevels(map.intervals, classes.of));
    this.#classes = classes;
  }

  /** What the mappings of the map are for, and the pages of each interval in memory: labels alone follow them. */
  setUses(uses: Uses | null, inMemory: Float64Array | null): void {
    this.#uses = uses === null ? null : { uses, inMemory };
    this.#told = null;
  }

  /** Sets new data; the place at eyeY stays. `resident`: see {@link Hierarchy}. */
  setMap(map: DrawnMap | null, classes: Classes | null, resident: Float64Array | null, eyeY: number, animate: boolean): void {
    this.#resident = resident;
    this.#masks = this.#classes = null;
    if (map !== null && classes !== null) this.setClasses(map, classes);
    if (map === null) this.#wayBack = null;
    const { show, scale, kernel } = this.#options;
    const isMade = map !== null && resident === null && map.options.show === show && map.options.scale === scale && map.options.kernel === kernel;
    this.#rebuild(isMade ? map.hierarchy : this.#build(map?.intervals ?? null), animate, this.#inPlace(eyeY));
  }

  setShow(show: Show, eyeY: number): void {
    this.#wayBack = null;
    this.#options = { ...this.#options, show };
    this.#rebuild(this.#build(this.#hierarchy?.axis.intervals ?? null), true, this.#inPlace(eyeY));
  }

  /** Opens or closes the kernel half. */
  setKernel(kernel: KernelView, eyeY: number): void {
    this.#wayBack = null;
    this.#options = { ...this.#options, kernel };
    this.#rebuild(this.#build(this.#hierarchy?.axis.intervals ?? null), true, this.#inPlace(eyeY));
  }

  /** Keeps the selection in place if it is in sight, else the middle, at least `leastPx` high. */
  setScale(scale: Scale, leastPx: number, selected: PageRange | null): void {
    // There is no way back if another range was selected since.
    const back = selected === null || isSame(selected, this.#wayBack?.selected ?? null) ? this.#wayBack : null;
    this.#wayBack = this.#hierarchy === null ? null : { to: new Projection(this.#hierarchy.axis, this.goal), selected };
    this.#options = { ...this.#options, scale };
    const height = this.#height;
    this.#rebuild(this.#build(this.#hierarchy?.axis.intervals ?? null), true, (camera, old, axis) =>
      back === null ? rescale(camera, old, axis, height, leastPx, selected) : rebase(back.to.camera, back.to.axis, axis, height, height / 2),
    );
  }

  /** Other heights of the same map. Keeps the selection in place if it is in sight, else the middle. */
  setResident(resident: Float64Array | null, leastPx: number, selected: PageRange | null): void {
    if (resident === this.#resident) return;
    this.#wayBack = null;
    this.#resident = resident;
    const height = this.#height;
    this.#rebuild(this.#build(this.#hierarchy?.axis.intervals ?? null), true, (camera, old, axis) => rescale(camera, old, axis, height, leastPx, selected));
  }

  setStill(still: boolean): void {
    this.#still = still;
    if (!still) return;
    this.#camera = this.goal;
    this.#motion.finishDrifts((change) => this.#shift(change));
    this.#motion.stop();
  }

  /** Moves the camera: at once, or by a flight from the current view. */
  move(change: CameraMove, animate: boolean): void {
    if (this.#hierarchy === null) return;
    const { axis } = this.#hierarchy;
    const height = this.#height;
    this.#wayBack = null;
    if (animate && !this.#still) {
      const to = change(axis, this.goal, height);
      this.#motion.fly(fly(axis, this.#camera, to, height), to, performance.now());
    } else {
      this.#motion.endDrifts();
      this.#shift(change);
    }
  }

  /** Adds an amount to a glide over several frames; at once with reduced motion. */
  glide(name: string, amount: number, drive: CameraDrive): void {
    this.#wayBack = null;
    if (this.#still) this.#shift(drive(amount));
    else if (this.#hierarchy !== null) this.#motion.glide(name, amount, drive, performance.now());
  }

  /** Continues a drag at this speed in px per ms; not with reduced motion. */
  coast(pxPerMs: number, drive: CameraDrive): void {
    const coast = new Coast(pxPerMs);
    if (!this.#still && !coast.over && this.#hierarchy !== null) this.#motion.drift('coast', coast, drive, performance.now());
  }

  /** Moves until {@link release} is called, by at least one step; by exactly one step at once with reduced motion. */
  hold(name: string, cruise: number, step: number, drive: CameraDrive): void {
    this.#wayBack = null;
    if (this.#still) this.#shift(drive(step));
    else if (this.#hierarchy !== null) this.#motion.drift(name, new Hold(cruise, step), drive, performance.now());
  }

  release(name: string): void {
    this.#motion.release(name);
  }

  /** Stops every movement of the camera where it is. */
  halt(): void {
    this.#motion.halt();
  }

  /**
   * Advances time and returns the current positions: `ruler` equals `projection` except during a blend. null without
   * intervals.
   */
  advance(now: number): { projection: Projection; ruler: Ruler } | null {
    this.#camera = this.#motion.cameraAt(now) ?? this.#camera;
    this.#motion.advanceDrifts(now, (change) => this.#shift(change));
    const blend = this.#motion.blendAt(now);
    const { projection } = this;
    if (projection === null) return null;
    return { projection, ruler: blend === null ? projection : new Blend(blend.from, projection, blend.share) };
  }

  /** Moves the camera, also in the old layout of a running blend; false if it is blocked. */
  #shift(change: CameraMove): boolean {
    if (this.#hierarchy === null) return false;
    const { axis } = this.#hierarchy;
    const height = this.#height;
    const before = this.#camera;
    this.#camera = change(axis, before, height);
    this.#motion.follow((old, camera) => change(old, camera, height));
    const moved = new Projection(axis, this.#camera).yOf(before.page, before.fraction) - before.y;
    return this.#camera.scale !== before.scale || Math.abs(moved) > MIN_MOVE_PX;
  }

  #inPlace(eyeY: number): NewAxis {
    const height = this.#height;
    return (camera, old, axis) => rebase(camera, old, axis, height, eyeY);
  }

  #build(intervals: Intervals | null): Hierarchy | null {
    return intervals === null ? null : buildHierarchy(intervals, this.#options, this.#resident);
  }

  #rebuild(hierarchy: Hierarchy | null, animate: boolean, change: NewAxis): void {
    const old = this.#hierarchy;
    const height = this.#height;
    this.#hierarchy = hierarchy;
    this.#told = null;
    if (this.#hierarchy === null || old === null) {
      this.#motion.stop();
      if (this.#hierarchy !== null) this.#camera = fit(this.#hierarchy.axis, height);
      return;
    }
    const { axis } = this.#hierarchy;
    const from = new Projection(old.axis, this.#camera);
    const move = (camera: Camera): Camera => change(camera, old.axis, axis);
    this.#camera = move(this.#camera);
    this.#motion.onNewAxis(from, animate && !this.#still, performance.now(), move, (a, b) => fly(axis, a, b, height));
  }
}

function isSame(a: PageRange, b: PageRange | null): boolean {
  return a.startPage === b?.startPage && a.endPage === b.endPage;
}
