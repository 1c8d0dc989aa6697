import type { Intervals } from '@procmap/shared/intervals.ts';
import { MODULE_KIND, moduleOf } from '@procmap/shared/kernel-half.ts';
import { regionOf } from '@procmap/shared/kernel-parts.ts';
import { isLibraryName } from '@procmap/shared/files/library-name.ts';
import { mappedFiles } from '@procmap/shared/files/mapped-files.ts';
import { permsText } from '@procmap/shared/perms.ts';
import { IntervalView } from '@procmap/shared/regions/interval-view.ts';
import { formatBytes, formatCount, formatPages, plural } from '@procmap/shared/units.ts';
import { KERNEL_HALF } from '@procmap/shared/words.ts';
import { sum } from 'd3-array';
import type { Clusters } from '../../axis/clusters.ts';
import type { Hierarchy } from '../../axis/hierarchy.ts';
import type { Runs } from '../../axis/runs.ts';
import { NO_USE } from '@procmap/shared/use/use-list.ts';
import { countOfUse, isOfUse, thingsIn, useOfRun, usedDetails } from './use-words.ts';
import { baseName, nameText, NO_REGION } from '../../regions/naming.ts';

/** Size, permissions and offset, most important first; only the size of an unmapped interval. */
export function intervalDetails(intervals: Intervals, i: number): string[] {
  const view = new IntervalView(intervals, i);
  const { perms, type, hasFile, offset } = view;
  const size = formatPages(view.endPage - view.startPage);
  if (perms === null || type === null) return [size, ...kernelDetails(intervals, view)];
  return [size, `${permsText(perms)} ${type}`, ...(hasFile ? [`+${offset ?? ''}`] : [])];
}

/** For espfix and the KASAN shadow: their tables repeat the same pages, which are not read one by one. */
const ALIASED = 'the same few pages';

/** Permissions and size of the pages of a kernel part. */
function kernelDetails({ kernel }: Intervals, { is, perms, range }: IntervalView): string[] {
  if (range < 0 || perms === null) return is === 'kernel' && perms === 0 ? ['nothing mapped'] : [];
  const shift = kernel.half.ranges?.shift[range] ?? 0;
  return [permsText(perms), shift === 0 ? ALIASED : `${formatBytes(2 ** shift)} pages`];
}

/** `11 GB`, or `11 GB in 128 TB` if most of the span is empty. */
export function mappedText(mappedPages: number, spanPages: number): string {
  return spanPages > 4 * mappedPages ? `${formatPages(mappedPages)} in ${formatPages(spanPages)}` : formatPages(mappedPages);
}

/** `×5  1.8 MB`; of memory with a use how many things of it, and how much is in memory. `hidesSpan`: omit the span. */
export function runDetails(hierarchy: Hierarchy, r: number, hidesSpan = false): string[] {
  const { axis, runs } = hierarchy;
  const { bounds } = axis.intervals;
  const [first, end] = [runs.first[r] ?? 0, runs.end[r] ?? 0];
  const mapped = runs.mappedPages[r] ?? 0;
  const span = (bounds[end] ?? 0) - (bounds[first] ?? 0);
  const count = thingsIn(hierarchy, r);
  return [...(count === 1 ? [] : [`×${formatCount(count)}`]), mappedText(mapped, hidesSpan ? mapped : span), ...usedDetails(hierarchy, first, end)];
}

/** Titles of a cluster, longest first; the first one that fits is used. */
export function clusterTitles({ clusters, axis }: Hierarchy, c: number): string[] {
  const count = clusters.mappings[c] ?? 0;
  const region = axis.intervals.kernel.half.regions[clusters.region[c] ?? -1];
  if (region !== undefined) return [`${region.name}, ${formatPages(clusters.spanPages[c] ?? 0)}`, region.name];
  if (isNameless(axis.intervals, clusters, c)) return [`${NO_REGION}, ${formatPages(clusters.spanPages[c] ?? 0)}`, NO_REGION];
  if (clusters.isKernel[c] === 1 && axis.intervals.kernel.half.regions.length === 0)
    return [`${KERNEL_HALF}, ${formatPages(clusters.spanPages[c] ?? 0)}`, KERNEL_HALF, 'Kernel'];
  const size = formatPages(clusters.mappedPages[c] ?? 0);
  return [`${plural(count, 'mapping')}, ${size}`, plural(count, 'mapping'), size];
}

/** Titles of the whole kernel half, longest first. */
export function halfTitles({ axis: { intervals } }: Hierarchy): string[] {
  const { kernelStart, end } = intervals.layout;
  return [`${KERNEL_HALF}, ${formatPages(end - kernelStart)}`, KERNEL_HALF, 'Kernel'];
}

/** Its members in words. */
export function halfMembers({ clusters }: Hierarchy): string[] {
  const regions = sum(clusters.region, (region) => (region >= 0 ? 1 : 0));
  return regions === 0 ? ['no source describes it'] : [plural(regions, 'region')];
}

/** Labels of a cluster in the box, longest first: a name and its details. Its size says more than its members. */
export function clusterWords(hierarchy: Hierarchy, c: number): string[][] {
  const { clusters, axis } = hierarchy;
  const members = clusterMembers(hierarchy, c).map(({ text }) => text);
  const region = axis.intervals.kernel.half.regions[clusters.region[c] ?? -1];
  const [title = '', ...shorter] = clusterTitles(hierarchy, c);
  const name = region === undefined ? [title] : [region.name, formatPages(clusters.spanPages[c] ?? 0)];
  return [[...name, members.join(', ')], [...name, ...members.slice(0, 1)], name, ...shorter.map((each) => [each])];
}

/** True for kernel mappings outside all regions. */
function isNameless({ part, kernel }: Intervals, clusters: Clusters, c: number): boolean {
  return clusters.isKernel[c] === 1 && kernel.half.regions.length > 0 && clusters.region[c] === -1 && (part[clusters.first[c] ?? 0] ?? -1) >= 0;
}

const summaries = new WeakMap<Hierarchy, Map<number, readonly Summed[]>>();

/** Members of a cluster in words, with their number of mappings. */
interface Summed {
  readonly text: string;
  /** Whether a name in a label is of them; several members have none in common. */
  readonly isNamed: (label: string) => boolean;
  readonly mappings: number;
}

/** The main members of a cluster: `150 libraries`, `214 anonymous`, `[heap]`. Cached per cluster. O(its runs). */
export function clusterMembers(hierarchy: Hierarchy, c: number): readonly Summed[] {
  let ofHierarchy = summaries.get(hierarchy);
  if (ofHierarchy === undefined) summaries.set(hierarchy, (ofHierarchy = new Map<number, readonly Summed[]>()));
  let members = ofHierarchy.get(c);
  if (members === undefined) ofHierarchy.set(c, (members = clusterSummary(hierarchy, c)));
  return members;
}

const MAX_MEMBERS = 8;

function clusterSummary(hierarchy: Hierarchy, c: number): readonly Summed[] {
  const { axis, clusters, runs } = hierarchy;
  const { intervals } = axis;
  const { table } = intervals;
  const count = clusters.mappings[c] ?? 0;
  if ((clusters.region[c] ?? -1) >= 0) return regionMembers(axis.intervals, clusters, runs, c);
  if (isNameless(intervals, clusters, c)) return [said(`${formatPages(clusters.mappedPages[c] ?? 0)} mapped`)];
  if (clusters.isKernel[c] === 1 && count === 0) return [said('no source describes it')];
  const files = mappedFiles(table);
  // File -> its mappings; memory without a file by its name.
  const byFile = new Map<number, number>();
  const byUse = new Map<number, { readonly run: number; mappings: number; things: number }>();
  for (let r = clusters.firstRun[c] ?? 0; r < (clusters.endRun[c] ?? 0); r++) {
    const use = useOfRun(hierarchy, r);
    if (use !== NO_USE) {
      const { run, mappings, things } = byUse.get(use) ?? { run: r, mappings: 0, things: 0 };
      byUse.set(use, { run, mappings: mappings + (runs.mappings[r] ?? 0), things: things + thingsIn(hierarchy, r) });
      continue;
    }
    const file = files.of[intervals.row[runs.first[r] ?? 0] ?? 0] ?? 0;
    byFile.set(file, (byFile.get(file) ?? 0) + (runs.mappings[r] ?? 0));
  }
  // The text of a gutter line, with the number of mappings it stands for.
  const groups: Summed[] = Array.from(byUse.values(), ({ run, mappings, things }) => ({
    text: countOfUse(hierarchy, run, things),
    isNamed: isOfUse(hierarchy, run),
    mappings,
  }));
  const libraries: Group = { names: 0, mappings: 0, last: '' };
  const others: Group = { names: 0, mappings: 0, last: '' };
  for (const [file, mappings] of byFile) {
    const index = table.name[files.row[file] ?? 0] ?? 0;
    const name = nameText(table.names, index);
    if (!name.startsWith('/')) groups.push({ text: index === 0 ? `${formatCount(mappings)} anonymous` : name, isNamed: (label) => label === name, mappings });
    else addTo(isLibraryName(table.names, index) ? libraries : others, name, mappings);
  }
  if (libraries.names > 0) groups.push(summed(libraries, plural(libraries.names, 'library', 'libraries')));
  if (others.names > 0) groups.push(summed(others, plural(others.names, 'file')));
  return groups.sort((a, b) => b.mappings - a.mappings).slice(0, MAX_MEMBERS);
}

/**
 * The content of an outermost kernel region: the regions in it by name, modules and ranges of RAM by their number;
 * otherwise its mapped size.
 */
function regionMembers({ kernel, part }: Intervals, clusters: Clusters, runs: Runs, c: number): Summed[] {
  const outer = kernel.half.regions[clusters.region[c] ?? -1];
  const counts = new Map<string, number>();
  const modules = new Set<string>();
  // Other regions may lie in a region and split it into several runs.
  const seen = new Set([outer]);
  for (let r = (clusters.endRun[c] ?? 0) - 1; r >= (clusters.firstRun[c] ?? 0); r--) {
    const region = regionOf(kernel, part[runs.first[r] ?? 0] ?? -1);
    if (region === null || seen.has(region)) continue;
    seen.add(region);
    const name = region.kind === MODULE_KIND ? MODULE_KIND : region.name;
    if (region.kind === MODULE_KIND) modules.add(moduleOf(region));
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const members = Array.from(counts, ([name, count]): Summed => {
    if (name === MODULE_KIND) return said(plural(modules.size, 'module'));
    return { text: count > 1 ? `${name} ×${formatCount(count)}` : name, isNamed: (label) => label === name, mappings: 1 };
  });
  if (kernel.half.ranges === null) return members;
  if (clusters.isEmpty[c] === 1) return [...members, said('nothing mapped')];
  const isAliased = kernel.half.ranges.shift[kernel.range[part[runs.first[clusters.firstRun[c] ?? 0] ?? 0] ?? -1] ?? -1] === 0;
  return [...members, said(isAliased ? ALIASED : `${formatPages(clusters.mappedPages[c] ?? 0)} mapped`)];
}

interface Group {
  /** Number of files, and the mappings of all of them. */
  names: number;
  mappings: number;
  last: string;
}

function summed({ names, mappings, last }: Group, several: string): Summed {
  const name = names === 1 ? baseName(last) : '';
  return { text: name || several, isNamed: (label) => name !== '' && label === name, mappings };
}

/** A text that is not a name. */
function said(text: string): Summed {
  return { text, isNamed: () => false, mappings: 0 };
}

function addTo(group: Group, name: string, mappings: number): void {
  group.names++;
  group.mappings += mappings;
  group.last = name;
}
