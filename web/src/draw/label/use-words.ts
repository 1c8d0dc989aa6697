import { isNoAccess } from '@procmap/shared/perms.ts';
import { NO_USE, Use, useName, useWord } from '@procmap/shared/use/use-list.ts';
import { isNamedByOwner } from '@procmap/shared/use/use-text.ts';
import { formatCount, formatPages } from '@procmap/shared/units.ts';
import type { Hierarchy } from '../../axis/hierarchy.ts';
import { toldCount, toldUse } from '../../axis/run-uses.ts';
import { baseName, intervalName } from '../../regions/naming.ts';

/** The use that a run is labelled by; NO_USE: it has its name. */
export function useOfRun({ uses }: Hierarchy, r: number): number {
  return uses?.use[r] ?? NO_USE;
}

/** Its mappings, or how many stacks, arenas or the like they are. */
export function thingsIn(hierarchy: Hierarchy, r: number): number {
  return useOfRun(hierarchy, r) === NO_USE ? (hierarchy.runs.mappings[r] ?? 0) : Math.max(1, hierarchy.uses?.count[r] ?? 1);
}

/** Uses of memory that is never opened: anything else without access is what a thing may still grow into. */
const CLOSED: ReadonlySet<number> = new Set([Use.guard, Use.stack_guard, Use.reserve]);

/** Names of a mapping, longest first: `thread stack worker-3 812`, `thread stack`; its path, the last part of it. */
export function mappingNames(hierarchy: Hierarchy, i: number): string[] {
  const { axis, uses } = hierarchy;
  const { row, table } = axis.intervals;
  const at = row[i] ?? -1;
  const full = intervalName(axis.intervals, i);
  const use = uses === null || at < 0 ? NO_USE : toldUse(uses.uses, at);
  if (uses === null || use === NO_USE) return [full, baseName(full)];
  const count = toldCount(uses.uses, at);
  if (count > 1) return [`${useName(use, count)} ×${formatCount(count)}`];
  const of = uses.uses.of(at);
  const name = of !== '' && isNamedByOwner(useWord(use)) ? of : useName(use);
  if (isNoAccess(table.perms[at] ?? 0) && !CLOSED.has(use)) return [`${name} reserve`];
  // A stack is named by its thread.
  if (table.name[at] !== 0) return uses.hidesOwners && use === Use.thread_stack ? [name] : [`${name} ${baseName(full)}`, name];
  return of === '' || of === name || uses.hidesOwners ? [name] : [`${name} ${of}`, name];
}

/** Names of a run, longest first. */
export function runNames(hierarchy: Hierarchy, r: number): string[] {
  const { runs } = hierarchy;
  const use = useOfRun(hierarchy, r);
  const count = thingsIn(hierarchy, r);
  if (use !== NO_USE && count > 1 && !(isNamedByOwner(useWord(use)) && hasOneOwner(hierarchy, r))) return [useName(use, count)];
  if (use === NO_USE || runs.mappings[r] === 1) return mappingNames(hierarchy, runs.first[r] ?? 0).slice(use === NO_USE ? -1 : 0);
  return mappingNames(hierarchy, mainInterval(hierarchy, r));
}

/** More mappings of a run are not compared. */
const MAX_COMPARED = 100;

/** Class space and metaspace are of one use, but not one thing. What is closed between parts does not count. */
function hasOneOwner({ axis, runs, uses }: Hierarchy, r: number): boolean {
  const owners = new Set<string>();
  const first = runs.first[r] ?? 0;
  for (let i = first; uses !== null && i < Math.min(runs.end[r] ?? 0, first + MAX_COMPARED); i++) {
    const row = axis.intervals.row[i] ?? -1;
    if (row < 0 || isNoAccess(axis.intervals.table.perms[row] ?? 0)) continue;
    if (toldUse(uses.uses, row) === uses.use[r]) owners.add(uses.uses.of(row));
  }
  return owners.size < 2;
}

/** The names of `count` things like those in run `r`, in several runs: `thread stacks ×300`. */
export function thingsNames(hierarchy: Hierarchy, r: number, count: number): string[] {
  const names = runNames(hierarchy, r);
  const use = useOfRun(hierarchy, r);
  if (use === NO_USE || count === 1) return names;
  return [`${isNamedByOwner(useWord(use)) ? (names[0] ?? '') : useName(use, count)} ×${formatCount(count)}`];
}

/** The same within a sentence: `300 thread stacks`. */
export function countOfUse(hierarchy: Hierarchy, r: number, count: number): string {
  const use = useOfRun(hierarchy, r);
  const [one, several] = isNamedByOwner(useWord(use)) ? [runNames(hierarchy, r)[0] ?? '', ''] : [useName(use), useName(use, count)];
  if (several === '') return count === 1 ? one : `${one} ×${formatCount(count)}`;
  return count === 1 ? one : one === several ? `${one} ×${formatCount(count)}` : `${formatCount(count)} ${several}`;
}

/** Whether a name in a label is of the use of run `r`: see {@link mappingNames}. */
export function isOfUse(hierarchy: Hierarchy, r: number): (label: string) => boolean {
  const use = useOfRun(hierarchy, r);
  const names = [useName(use), useName(use, 2), ...runNames(hierarchy, r)];
  return (label) => names.some((name) => label === name || label.startsWith(`${name} `));
}

/** `2.6 MB used` of intervals [first, end), for a detail; empty without figures, and for files. */
export function usedDetails({ axis, uses }: Hierarchy, first: number, end: number): string[] {
  const { row, table } = axis.intervals;
  const at = row[first] ?? -1;
  const sums = uses?.inMemorySums ?? null;
  if (uses === null || sums === null || at < 0 || (table.name[at] !== 0 && toldUse(uses.uses, at) === NO_USE)) return [];
  const used = Math.round((sums[end] ?? 0) - (sums[first] ?? 0));
  // Of what nobody may touch, one expects nothing else.
  if (used === 0 && end === first + 1 && isNoAccess(table.perms[at] ?? 0)) return [];
  return [`${formatPages(used)} used`];
}

/** Of a run with one thing, that thing: not its guard, nor its reserve. */
function mainInterval({ axis, runs, uses }: Hierarchy, r: number): number {
  const { row } = axis.intervals;
  for (let i = runs.first[r] ?? 0; uses !== null && i < (runs.end[r] ?? 0); i++) {
    if ((row[i] ?? -1) >= 0 && toldUse(uses.uses, row[i] ?? -1) === uses.use[r]) return i;
  }
  return runs.first[r] ?? 0;
}
