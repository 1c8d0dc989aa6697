import { MAX_RANGES } from './module-files.ts';
import { WHOLE_NOTE } from '@procmap/shared/kernel-half.ts';
import type { FoundRegion } from './span.ts';
import { type Circumstances, whyHidden, whyNoKcore, whyNoModule, whyNoPlace } from './why.ts';

interface Served {
  readonly source: FoundRegion['source'];
  /** There is at least one region. */
  readonly hasRegions: boolean;
  readonly symbolsHidden: boolean;
  /** Loaded modules are left out, since only the page tables could tell where they end. */
  readonly needsRanges: boolean;
  /** Modules that are left out although the page tables are available. */
  readonly modulesLeftOut: number;
  /** The kernel module walked the page tables, but found too many ranges. */
  readonly hasTooManyRanges: boolean;
}

/** A text for people: which source is used, and why no better one is. */
export function noteOf(served: Served, around: Circumstances): string {
  const { source, hasTooManyRanges } = served;
  const tooMany = hasTooManyRanges ? `; without the page tables, which have more than ${MAX_RANGES.toLocaleString('en')} ranges` : '';
  // The sentence about hidden symbols already says the same.
  const hidesModules = around.modules?.hidden === true && !(source === 'inferred' && served.symbolsHidden);
  const modules = hidesModules
    ? `; loaded modules: ${whyHidden(around)}`
    : served.needsRanges
      ? '; loaded modules are left out: since Linux 6.4, only the page tables tell where they end'
      : served.modulesLeftOut > 0
        ? `; ${leftOut(served.modulesLeftOut, around)}`
        : '';
  return `${sentence(served, around)}${modules}${tooMany}`;
}

function leftOut(count: number, around: Circumstances): string {
  const subject = count === around.modules?.list.length ? 'loaded modules are' : count === 1 ? 'one loaded module is' : `${count} loaded modules are`;
  return `${subject} left out: ${whyNoPlace(around)}`;
}

function sentence({ source, hasRegions, symbolsHidden }: Served, around: Circumstances): string {
  switch (source) {
    case 'lkm':
      return WHOLE_NOTE;
    case 'kcore':
      return `from /proc/kcore, without real permissions: ${whyNoModule(around)}`;
    case 'inferred': {
      const better = `${whyNoKcore(around)}; ${whyNoModule(around)}`;
      if (!symbolsHidden) return `from /proc/kallsyms and the documented layout: ${better}`;
      return hasRegions ? `documented regions only: ${whyHidden(around)}; ${better}` : `${whyHidden(around)}; ${better}`;
    }
  }
}
