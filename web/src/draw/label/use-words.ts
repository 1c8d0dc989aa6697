import { NO_USE, useName } from '@procmap/shared/use/use-list.ts';
import { formatCount, formatPages } from '@procmap/shared/units.ts';
import type { Hierarchy } from '../../axis/hierarchy.ts';
import { toldUse } from '../../axis/run-uses.ts';
import { baseName, intervalName } from '../../regions/naming.ts';

/** The use that a run is labelled by; NO_USE: it has its name. */
export function useOfRun({ uses }: Hierarchy, r: number): number {
  return uses?.use[r] ?? NO_USE;
}

/** Its mappings, or how many stacks, arenas or the like they are. */
export function thingsIn(hierarchy: Hierarchy, r: number): number {
  return useOfRun(hierarchy, r) === NO_USE ? (hierarchy.runs.mappings[r] ?? 0) : Math.max(1, hierarchy.uses?.count[r] ?? 1);
}

/** Names of a mapping, longest first: `thread stack worker-3 812`, `thread stack`; its path, the last part of it. */
export function mappingNames(hierarchy: Hierarchy, i: number): string[] {
  const { axis, uses } = hierarchy;
  const { row, table } = axis.intervals;
  const at = row[i] ?? -1;
  const full = intervalName(axis.intervals, i);
  const told = uses === null || at < 0 ? null : toldUse(uses.uses, at);
  if (told === null || told.use === NO_USE) return [full, baseName(full)];
  const { use, count } = told;
  if (count > 1) return [countedUse(use, count)];
  const name = useName(use);
  if (table.name[at] !== 0) return [`${name} ${full}`, name];
  const of = uses === null || uses.hidesOwners ? '' : uses.uses.of(at);
  return of === '' ? [name] : [`${name} ${of}`, name];
}

/** Names of a run, longest first. */
export function runNames(hierarchy: Hierarchy, r: number): string[] {
  const { runs } = hierarchy;
  const use = useOfRun(hierarchy, r);
  const count = thingsIn(hierarchy, r);
  if (use !== NO_USE && count > 1) return [useName(use, count)];
  if (use === NO_USE || runs.mappings[r] === 1) return mappingNames(hierarchy, runs.first[r] ?? 0).slice(use === NO_USE ? -1 : 0);
  return mappingNames(hierarchy, mainInterval(hierarchy, r));
}

/** `thread stacks ×300`; the name of a single thing. */
export function countedUse(use: number, count: number): string {
  return count === 1 ? useName(use) : `${useName(use, count)} ×${formatCount(count)}`;
}

/** The same within a sentence: `300 thread stacks`. */
export function countOfUse(use: number, count: number): string {
  const [one, several] = [useName(use), useName(use, count)];
  return count === 1 ? one : one === several ? `${one} ×${formatCount(count)}` : `${formatCount(count)} ${several}`;
}

/** Whether a name in a label is of this use: see {@link mappingNames}. */
export function isOfUse(use: number): (label: string) => boolean {
  const names = [useName(use), useName(use, 2)];
  return (label) => names.some((name) => label === name || label.startsWith(`${name} `));
}

/** `2.6 MB used` of intervals [first, end), for a detail; empty without figures, and for files. */
export function usedDetails({ axis, uses }: Hierarchy, first: number, end: number): string[] {
  const { row, table } = axis.intervals;
  const at = row[first] ?? -1;
  const sums = uses?.inMemorySums ?? null;
  if (uses === null || sums === null || at < 0 || (table.name[at] !== 0 && toldUse(uses.uses, at).use === NO_USE)) return [];
  return [`${formatPages(Math.round((sums[end] ?? 0) - (sums[first] ?? 0)))} used`];
}

/** Of a run with one thing, that thing: not its guard, nor its reserve. */
function mainInterval({ axis, runs, uses }: Hierarchy, r: number): number {
  const { row } = axis.intervals;
  for (let i = runs.first[r] ?? 0; uses !== null && i < (runs.end[r] ?? 0); i++) {
    if ((row[i] ?? -1) >= 0 && toldUse(uses.uses, row[i] ?? -1).use === uses.use[r]) return i;
  }
  return runs.first[r] ?? 0;
}
