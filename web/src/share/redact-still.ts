import { type Intervals, intervalAt } from '@procmap/shared/intervals.ts';
import type { PageStates } from '@procmap/shared/figures/page-states.ts';
import { type Axis, shownIntervalAt, totalWeight } from '../axis/axis.ts';
import { type Camera, fit, isFit } from '../axis/camera.ts';
import { anchorAt, clamp } from '../axis/camera-moves.ts';
import { buildHierarchy } from '../axis/hierarchy.ts';
import { withUses } from '../axis/run-uses.ts';
import { type Classes, count } from '../colour/classes.ts';
import type { PageRange } from '../regions/page-range.ts';
import type { Still } from '../draw/still.ts';
import { redact, type Redacted } from './redact.ts';

/** A still of the same view without any real addresses: see redact(). `plotHeight` in device px. */
export function redactStill(still: Still, plotHeight: number): Still {
  const { axis, options, resident, uses } = still.hierarchy;
  const redacted = redact(axis.intervals);
  const moveAll = (pages: Float64Array | null): Float64Array | null => (pages === null ? null : moveResident(pages, redacted));
  const built = buildHierarchy(redacted.intervals, options, moveAll(resident));
  // Rows are the same; whose they are stays untold.
  const hierarchy = uses === null ? built : withUses(built, uses.uses, moveAll(uses.inMemory), true);
  return {
    ...still,
    hierarchy,
    camera: moved(still.camera, axis, hierarchy.axis, redacted, plotHeight),
    classes: moveClasses(still.classes, axis.intervals, redacted),
    hits: still.hits === null ? null : moveHits(still.hits, redacted),
    pages: still.pages === null ? null : movePages(still.pages, axis.intervals, redacted),
    selected: still.selected === null ? null : moveRange(still.selected, axis.intervals, redacted),
    // A range found by address would reveal it.
    highlights: [],
    veil: redacted.veil,
  };
}

/** Keeps the content in the middle of the view in place, and its height. */
function moved(camera: Camera, from: Axis, to: Axis, redacted: Redacted, height: number): Camera {
  if (isFit(camera, height)) return fit(to, height);
  const anchored = anchorAt(from, camera, height / 2);
  const old = shownIntervalAt(from, anchored.page);
  const made = redacted.to(old);
  const [oldWeight, newWeight] = [weight(from, old), weight(to, made)];
  if (made < 0 || !(oldWeight > 0 && newWeight > 0)) return fit(to, height);
  const [oldStart, oldEnd] = [from.intervals.bounds[old] ?? 0, from.intervals.bounds[old + 1] ?? 0];
  const [newStart, newEnd] = [to.intervals.bounds[made] ?? 0, to.intervals.bounds[made + 1] ?? 0];
  const isSame = newEnd - newStart === oldEnd - oldStart;
  const share = (anchored.page + anchored.fraction - oldStart) / (oldEnd - oldStart);
  const page = isSame ? newStart + (anchored.page - oldStart) : Math.min(newEnd - 1, newStart + Math.floor(share * (newEnd - newStart)));
  const scale = (anchored.scale * (oldWeight / totalWeight(from))) / (newWeight / totalWeight(to));
  return clamp(to, { ...anchored, page, scale }, height);
}

function weight({ prefix }: Axis, interval: number): number {
  return interval < 0 ? 0 : (prefix[interval + 1] ?? 0) - (prefix[interval] ?? 0);
}

/** Each interval has the class of the real one it stands for; the sums are the real ones. */
function moveClasses(classes: Classes, real: Intervals, { intervals, to }: Redacted): Classes {
  const of = new Uint8Array(intervals.length);
  for (let i = 0; i < intervals.length; i++) of[i] = intervals.kind[i] ?? 0;
  for (let i = real.length - 1; i >= 0; i--) {
    const at = to(i);
    if (at >= 0) of[at] = classes.of[i] ?? 0;
  }
  return { ...count(classes.colouring, intervals, classes.list, of), counts: classes.counts, pages: classes.pages };
}

function moveResident(resident: Float64Array, { intervals, to }: Redacted): Float64Array {
  const moved = new Float64Array(intervals.length);
  resident.forEach((pages, i) => {
    if (to(i) >= 0) moved[to(i)] = pages;
  });
  return moved;
}

function moveHits(hits: Uint32Array, { to }: Redacted): Uint32Array {
  const found = new Set<number>();
  for (const hit of hits) {
    const at = to(hit);
    if (at >= 0) found.add(at);
  }
  return Uint32Array.from(found).sort().reverse();
}

function moveRange({ startPage }: PageRange, real: Intervals, { intervals, to }: Redacted): PageRange | null {
  const at = to(intervalAt(real, startPage));
  return at < 0 ? null : { startPage: intervals.bounds[at] ?? 0, endPage: intervals.bounds[at + 1] ?? 0 };
}

/** Page by page for each mapping. */
function movePages({ startPage, flags }: PageStates, real: Intervals, { intervals }: Redacted): PageStates | null {
  const { start, end } = real.table;
  const pieces: { at: number; flags: Uint8Array }[] = [];
  for (let r = 0; r < real.table.length; r++) {
    const low = Math.max(start[r] ?? 0, startPage);
    const high = Math.min(end[r] ?? 0, startPage + flags.length);
    if (low < high) pieces.push({ at: (intervals.table.start[r] ?? 0) + low - (start[r] ?? 0), flags: flags.subarray(low - startPage, high - startPage) });
  }
  const [first, last] = [pieces[0], pieces.at(-1)];
  if (first === undefined || last === undefined) return null;
  const states = { startPage: first.at, flags: new Uint8Array(last.at + last.flags.length - first.at) };
  for (const piece of pieces) states.flags.set(piece.flags, piece.at - first.at);
  return states;
}
