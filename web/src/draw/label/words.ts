import type { Intervals } from '@procmap/shared/intervals.ts';
import { MODULE_KIND, moduleOf } from '@procmap/shared/kernel-half.ts';
import { regionOf } from '@procmap/shared/kernel-parts.ts';
import { mappedFiles } from '@procmap/shared/files/mapped-files.ts';
import { permsText } from '@procmap/shared/perms.ts';
import { IntervalView } from '@procmap/shared/regions/interval-view.ts';
import { formatBytes, formatCount, formatPages, plural } from '@procmap/shared/units.ts';
import { sum } from 'd3-array';
import type { Clusters } from '../../axis/clusters.ts';
import type { Hierarchy } from '../../axis/hierarchy.ts';
import type { Runs } from '../../axis/runs.ts';
import { baseName, intervalName, nameText, NO_REGION } from '../../regions/naming.ts';

/** Its size, permissions and offset, what matters most first; for what is not mapped the size alone. */
export function intervalDetails(intervals: Intervals, i: number): string[] {
  const view = new IntervalView(intervals, i);
  const { perms, type, hasFile, offset } = view;
  const size = formatPages(view.endPage - view.startPage);
  if (perms === null || type === null) return [size, ...kernelDetails(intervals, view)];
  return [size, `${permsText(perms)} ${type}`, ...(hasFile ? [`+${offset ?? ''}`] : [])];
}

/** Of espfix and the KASAN shadow: their tables name the same pages time and again, and are not looked at one by one. */
const ALIASED = 'the same few pages';

/** What the pages of a part of the kernel permit, and how large they are. */
function kernelDetails({ kernel }: Intervals, { is, perms, range }: IntervalView): string[] {
  if (range < 0 || perms === null) return is === 'kernel' && perms === 0 ? ['nothing mapped'] : [];
  const shift = kernel.half.ranges?.shift[range] ?? 0;
  return [permsText(perms), shift === 0 ? ALIASED : `${formatBytes(2 ** shift)} pages`];
}

/** `11 GB`, or `11 GB in 128 TB` where most of the span is empty. */
export function mappedText(mappedPages: number, spanPages: number): string {
  return spanPages > 4 * mappedPages ? `${formatPages(mappedPages)} in ${formatPages(spanPages)}` : formatPages(mappedPages);
}

export function runName(intervals: Intervals, runs: Runs, r: number): string {
  return baseName(intervalName(intervals, runs.first[r] ?? 0));
}

/** `×5  1.8 MB`; `hidesSpan`: not in how much. */
export function runDetails(intervals: Intervals, runs: Runs, r: number, hidesSpan = false): string[] {
  const mapped = runs.mappedPages[r] ?? 0;
  const span = (intervals.bounds[runs.end[r] ?? 0] ?? 0) - (intervals.bounds[runs.first[r] ?? 0] ?? 0);
  return [`×${formatCount(runs.mappings[r] ?? 0)}`, mappedText(mapped, hidesSpan ? mapped : span)];
}

/** Titles of a cluster, the longest first, for the first that fits. */
export function clusterTitles({ clusters, axis }: Hierarchy, c: number): string[] {
  const count = clusters.mappings[c] ?? 0;
  const region = axis.intervals.kernel.half.regions[clusters.region[c] ?? -1];
  if (region !== undefined) return [`${region.name}, ${formatPages(clusters.spanPages[c] ?? 0)}`, region.name];
  if (isNameless(axis.intervals, clusters, c)) return [`${NO_REGION}, ${formatPages(clusters.spanPages[c] ?? 0)}`, NO_REGION];
  if (clusters.isKernel[c] === 1 && axis.intervals.kernel.half.regions.length === 0)
    return [`Kernel half, ${formatPages(clusters.spanPages[c] ?? 0)}`, 'Kernel half', 'Kernel'];
  const size = formatPages(clusters.mappedPages[c] ?? 0);
  return [`${plural(count, 'mapping')}, ${size}`, plural(count, 'mapping'), size];
}

/** Titles of the kernel half as a whole, the longest first. */
export function halfTitles({ axis: { intervals } }: Hierarchy): string[] {
  const { kernelStart, end } = intervals.layout;
  return [`Kernel half, ${formatPages(end - kernelStart)}`, 'Kernel half', 'Kernel'];
}

/** What it holds. */
export function halfMembers({ clusters }: Hierarchy): string[] {
  const regions = sum(clusters.region, (region) => (region >= 0 ? 1 : 0));
  return regions === 0 ? ['no source describes it'] : [plural(regions, 'region')];
}

/** What a label in the box says of a cluster, the longest first: a name and its details. Its size tells more than what it holds. */
export function clusterWords(hierarchy: Hierarchy, c: number): string[][] {
  const { clusters, axis } = hierarchy;
  const members = clusterMembers(hierarchy, c).map(({ text }) => text);
  const region = axis.intervals.kernel.half.regions[clusters.region[c] ?? -1];
  const [title = '', ...shorter] = clusterTitles(hierarchy, c);
  const name = region === undefined ? [title] : [region.name, formatPages(clusters.spanPages[c] ?? 0)];
  return [[...name, members.join(', ')], [...name, ...members.slice(0, 1)], name, ...shorter.map((each) => [each])];
}

/** True for what the kernel has mapped outside of all its regions. */
function isNameless({ part, kernel }: Intervals, clusters: Clusters, c: number): boolean {
  return clusters.isKernel[c] === 1 && kernel.half.regions.length > 0 && clusters.region[c] === -1 && (part[clusters.first[c] ?? 0] ?? -1) >= 0;
}

const summaries = new WeakMap<Hierarchy, Map<number, readonly Summed[]>>();

/** Something that a cluster holds, in words, and what it stands for. */
export interface Summed {
  readonly text: string;
  /** Of a single thing: the name that a label of it has; '' for several. */
  readonly name: string;
  readonly mappings: number;
}

/** What a cluster mainly holds: `150 libraries`, `214 anonymous`, `[heap]`. Made once for each cluster. O(its runs). */
export function clusterMembers(hierarchy: Hierarchy, c: number): readonly Summed[] {
  let ofHierarchy = summaries.get(hierarchy);
  if (ofHierarchy === undefined) summaries.set(hierarchy, (ofHierarchy = new Map<number, readonly Summed[]>()));
  let members = ofHierarchy.get(c);
  if (members === undefined) ofHierarchy.set(c, (members = clusterSummary(hierarchy, c)));
  return members;
}

const LIBRARY = /\.so(\.|$| )/;

/** True for the path of a shared library. */
export function isLibraryName(name: string): boolean {
  return name.startsWith('/') && LIBRARY.test(name);
}

const MAX_MEMBERS = 8;

function clusterSummary({ axis, clusters, runs }: Hierarchy, c: number): readonly Summed[] {
  const { intervals } = axis;
  const { table } = intervals;
  const count = clusters.mappings[c] ?? 0;
  if ((clusters.region[c] ?? -1) >= 0) return regionMembers(axis.intervals, clusters, runs, c);
  if (isNameless(intervals, clusters, c)) return [said(`${formatPages(clusters.mappedPages[c] ?? 0)} mapped`)];
  if (clusters.isKernel[c] === 1 && count === 0) return [said('no source describes it')];
  const files = mappedFiles(table);
  // File -> mappings of it; of memory without a file by its name.
  const byFile = new Map<number, number>();
  for (let r = clusters.firstRun[c] ?? 0; r < (clusters.endRun[c] ?? 0); r++) {
    const file = files.of[intervals.row[runs.first[r] ?? 0] ?? 0] ?? 0;
    byFile.set(file, (byFile.get(file) ?? 0) + (runs.mappings[r] ?? 0));
  }
  // What a gutter line says, and how many mappings stand behind it.
  const groups: Summed[] = [];
  const libraries: Group = { names: 0, mappings: 0, last: '' };
  const others: Group = { names: 0, mappings: 0, last: '' };
  for (const [file, mappings] of byFile) {
    const index = table.name[files.row[file] ?? 0] ?? 0;
    const name = nameText(table.names, index);
    if (!name.startsWith('/')) groups.push({ text: index === 0 ? `${formatCount(mappings)} anonymous` : name, name, mappings });
    else addTo(isLibraryName(name) ? libraries : others, name, mappings);
  }
  if (libraries.names > 0) groups.push(summed(libraries, plural(libraries.names, 'library', 'libraries')));
  if (others.names > 0) groups.push(summed(others, plural(others.names, 'file')));
  return groups.sort((a, b) => b.mappings - a.mappings).slice(0, MAX_MEMBERS);
}

/** What lies in an outermost region of the kernel: the regions in it by name, modules and ranges of RAM by their number; else how much of it is mapped. */
function regionMembers({ kernel, part }: Intervals, clusters: Clusters, runs: Runs, c: number): Summed[] {
  const outer = kernel.half.regions[clusters.region[c] ?? -1];
  const counts = new Map<string, number>();
  const modules = new Set<string>();
  // Others may lie in a region, and part it into several runs.
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
    return { text: count > 1 ? `${name} ×${formatCount(count)}` : name, name, mappings: 1 };
  });
  if (kernel.half.ranges === null) return members;
  if (clusters.isEmpty[c] === 1) return [...members, said('nothing mapped')];
  const isAliased = kernel.half.ranges.shift[kernel.range[part[runs.first[clusters.firstRun[c] ?? 0] ?? 0] ?? -1] ?? -1] === 0;
  return [...members, said(isAliased ? ALIASED : `${formatPages(clusters.mappedPages[c] ?? 0)} mapped`)];
}

interface Group {
  /** How many files, and the mappings of all of them. */
  names: number;
  mappings: number;
  last: string;
}

function summed({ names, mappings, last }: Group, several: string): Summed {
  const name = names === 1 ? baseName(last) : '';
  return { text: name || several, name, mappings };
}

/** What is no name. */
function said(text: string): Summed {
  return { text, name: '', mappings: 0 };
}

function addTo(group: Group, name: string, mappings: number): void {
  group.names++;
  group.mappings += mappings;
  group.last = name;
}
