import { type KernelHalf, RAM_KIND } from '@procmap/shared/kernel-half.ts';
import type { KernelRanges } from '@procmap/shared/kernel-ranges.ts';
import { documentedRegions, imageWindows, withoutKaslr, x86ModulesStart } from './documented.ts';
import type { Evidence } from './evidence.ts';
import { imageOffset, imageParts, partsOfSymbols } from './image.ts';
import { ramEnd } from './iomem.ts';
import { readKcore } from './kcore.ts';
import { moduleRegions } from './loaded-modules.ts';
import type { ModuleRegions } from './module-files.ts';
import type { ProgramHeaders } from './root-files/program-headers.ts';
import { permsInSpan } from './ranges.ts';
import { clip, type FoundRegion, shift, toRegion } from './span.ts';

/** The kernel half as one source describes it, before the facts that all sources share are added. */
export interface KernelSight {
  readonly source: FoundRegion['source'];
  readonly regions: readonly FoundRegion[];
  /** Offset from physical addresses to the direct map; null: unknown. */
  readonly directOffset: bigint | null;
  readonly ranges: KernelRanges | null;
}

/** The view of procmap's kernel module. */
export function moduleSight({ regions, values }: ModuleRegions, ranges: KernelRanges | null, { kernel, memory }: Evidence): KernelSight {
  const pageOffset = values.get('page_offset_base');
  // Only arm64 has this value. Elsewhere, except on arm, the direct map begins with physical address 0.
  const memoryStart = BigInt.asIntN(64, values.get('memstart_addr') ?? 0n);
  const data = regions.find(({ name }) => name === 'data');
  // On arm the image lies in the direct map, and both the module and /proc/iomem tell where its data begins.
  const ofData = data === undefined || memory.data === null ? null : data.start - memory.data.start;
  const ofStart = pageOffset === undefined ? null : pageOffset - memoryStart;
  return { source: 'lkm', regions, directOffset: kernel.arch === 'arm' ? ofData : ofStart, ranges };
}

/** The view of the program headers of /proc/kcore, plus documented regions; null if the headers tell nothing. */
export function kcoreSight(headers: ProgramHeaders, evidence: Evidence): KernelSight | null {
  const { kernel, memory, symbols, modules } = evidence;
  const { regions, directOffset, imageOffset: offset, modulesStart } = readKcore(headers, kernel, ramEnd(memory));
  if (regions.length === 0) return null;
  const parts = offset === null ? partsOfSymbols(symbols, kernel) : imageParts(memory, offset, symbols, kernel, 'kcore');
  const windows = imageWindows(modulesStart ?? x86ModulesStart(kernel, modules, symbols));
  return { source: 'kcore', regions: [...regions, ...parts, ...documentedRegions(kernel), ...windows], directOffset, ranges: null };
}

/** The view without any of these sources: symbols and documented regions. */
export function inferredSight({ kernel, memory, symbols, modules, commandLine }: Evidence): KernelSight {
  const { regions, directOffset } = withoutKaslr(kernel, commandLine, symbols, memory);
  const offset = imageOffset(memory, symbols, kernel);
  const parts = offset === null ? [] : imageParts(memory, offset, symbols, kernel, 'inferred');
  const windows = imageWindows(x86ModulesStart(kernel, modules, symbols));
  const all = [...regions, ...parts, ...partsOfSymbols(symbols, kernel), ...documentedRegions(kernel), ...windows];
  return { source: 'inferred', regions: all, directOffset, ranges: null };
}

/** Adds memory and loaded modules. If two sources name the same region, the first and better one wins. */
export function halfOf({ source, regions, directOffset, ranges }: KernelSight, { kernel, memory, modules, sections }: Evidence, note: string): KernelHalf {
  // If no process has this page, nothing is mapped there, even if the module names the place.
  const there = kernel.vsyscall ? regions : regions.filter(({ name }) => name !== 'vsyscall');
  const named = there.filter(({ name }, i) => there.findIndex((other) => other.name === name) === i);
  const direct = named.find(({ name }) => name === 'direct map');
  const ram = direct === undefined || directOffset === null ? [] : memory.ram.flatMap((span) => clip(shift(span, directOffset), direct) ?? []);
  const all = [
    ...named,
    ...ram.map((span): FoundRegion => ({ name: RAM_KIND, kind: RAM_KIND, ...span, perms: ranges === null ? null : permsInSpan(ranges, span), source })),
    ...moduleRegions(modules, kernel, ranges, sections),
  ];
  return { source: all.length === 0 ? 'none' : source, note, regions: all.map(toRegion), ranges };
}
