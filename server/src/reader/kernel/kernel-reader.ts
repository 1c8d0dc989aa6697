import { isDeepStrictEqual } from 'node:util';
import { type KernelHalf, MODULE_KIND } from '@procmap/shared/kernel-half.ts';
import { newEtag } from '../protocol/etag.ts';
import type { Machine } from '../procfs/machine.ts';
import { readKernelCommandLine, type Evidence, readPhysicalMemory, readModules } from './evidence.ts';
import { areasApart, type LoadedModules } from './loaded-modules.ts';
import { type ModuleSections, NO_SECTIONS, readModuleSections } from './module-sections.ts';
import { askModule, moduleError, wordOf } from './module-source.ts';
import { noteOf } from './note.ts';
import { type Kernel, kernelOf } from './places.ts';
import { parseProgramHeaders } from './root-files/program-headers.ts';
import type { RootFiles } from './root-files/root-files.ts';
import { readSurroundings } from './surroundings.ts';
import { halfOf, inferredSight, kcoreSight, moduleSight, type KernelSight } from './sight.ts';
import { bytesOf } from './span.ts';
import { NO_SYMBOLS, readSymbols, type Symbols } from './symbols.ts';
import { HERE, type Where } from './where.ts';
import type { Circumstances } from './why.ts';

/** vmalloc and the page tables change all the time, without a notification. */
const FRESH_MS = 60_000;

interface Version {
  readonly etag: string;
  readonly half: KernelHalf;
}

interface Taken extends Version {
  readonly takenAtMs: number;
  readonly fingerprint: string;
}

/** The kernel half of every address space, from the best source that is currently available. */
export class KernelReader {
  readonly #kernel: Kernel | null;
  readonly #machine: Machine;
  readonly #root: RootFiles;
  readonly #where: Where;
  #symbols: Promise<Symbols> | null = null;
  #sections: { readonly fingerprint: string; readonly sections: ModuleSections } | null = null;
  #last: Taken | null = null;
  #reading: Promise<Taken> | null = null;

  /** `where`: files of another kernel, in tests. */
  constructor(machine: Machine, root: RootFiles, where: Where = HERE) {
    this.#machine = machine;
    this.#root = root;
    this.#where = where;
    this.#kernel = kernelOf(machine, where.release);
  }

  /**
   * null: unchanged since that etag. The half is at most a minute old, and newer if modules have changed. Never
   * rejects: a part that cannot be read is left out, and the note gives the reason. Reads on threads of libuv. Takes
   * some ms; the first time, some 100 ms.
   */
  async read(etag: string | null): Promise<Version | null> {
    this.#reading ??= this.#refresh().finally(() => {
      this.#reading = null;
    });
    const { etag: fresh, half } = await this.#reading;
    return fresh === etag ? null : { etag: fresh, half };
  }

  async #refresh(): Promise<Taken> {
    const last = this.#last;
    const [modules, error] = await Promise.all([readModules(this.#where), moduleError(this.#where)]);
    const fingerprint = `${error}\n${modules?.fingerprint ?? '-'}`;
    if (last?.fingerprint === fingerprint && performance.now() - last.takenAtMs < FRESH_MS) return last;
    const half = await this.#readAll(modules);
    const isSame = last !== null && isDeepStrictEqual(last.half, half);
    this.#last = { etag: isSame ? last.etag : newEtag(0), half: isSame ? last.half : half, takenAtMs: performance.now(), fingerprint };
    return this.#last;
  }

  async #readAll(modules: LoadedModules | null): Promise<KernelHalf> {
    const kernel = this.#kernel;
    if (kernel === null) return { source: 'none', note: `procmap does not know the kernel layout of ${this.#machine.machine}`, regions: [], ranges: null };
    const [answer, memory] = await Promise.all([askModule(this.#where, kernel), readPhysicalMemory(this.#root)]);
    if (answer.error === null) {
      // Sections are only useful together with the page tables.
      const sections = answer.ranges === null || modules === null || !areasApart(this.#where.release) ? NO_SECTIONS : await this.#sectionsOf(modules, kernel);
      const evidence: Evidence = { kernel, memory, symbols: NO_SYMBOLS, modules, sections, commandLine: null };
      return this.#half(moduleSight(answer.regions, answer.ranges, evidence), evidence, { moduleError: null, kcoreError: null });
    }
    // The symbols are 10 MB of text, so they are only read if needed.
    const [symbols, commandLine] = await Promise.all([(this.#symbols ??= readSymbols(`${this.#where.procRoot}/kallsyms`)), readKernelCommandLine(this.#where)]);
    // Hidden symbols may become visible later: kptr_restrict is a sysctl.
    if (symbols.hidden) this.#symbols = null;
    const evidence: Evidence = { kernel, memory, symbols, modules, sections: NO_SECTIONS, commandLine };
    const { sight, error } = await this.#askKcore(evidence);
    return this.#half(sight ?? inferredSight(evidence), evidence, { moduleError: answer.error, kcoreError: error });
  }

  /** Some thousand small files. Reads them again only if other modules are loaded, or if some could not be read. */
  async #sectionsOf({ list, fingerprint }: LoadedModules, { half }: Kernel): Promise<ModuleSections> {
    if (this.#sections?.fingerprint === fingerprint) return this.#sections.sections;
    const sections = await readModuleSections(this.#where.sysModuleRoot, list, half);
    this.#sections = sections.error === null ? { fingerprint, sections } : null;
    return sections;
  }

  async #askKcore(evidence: Evidence): Promise<{ sight: KernelSight | null; error: string | null }> {
    try {
      return { sight: kcoreSight(parseProgramHeaders(await this.#root.kcoreHeaders()), evidence), error: null };
    } catch (error) {
      return { sight: null, error: wordOf(error) };
    }
  }

  async #half(sight: KernelSight, evidence: Evidence, errors: Pick<Circumstances, 'moduleError' | 'kcoreError'>): Promise<KernelHalf> {
    const { modules, sections, symbols } = evidence;
    const around = { ...(await readSurroundings(this.#where)), ...errors, sectionsError: sections.error, byRoot: this.#root.byRoot, modules };
    const half = halfOf(sight, evidence, '');
    const hasTooManyRanges = sight.source === 'lkm' && sight.ranges === null;
    const needsRanges = half.ranges === null && areasApart(this.#where.release) && modules?.list.some(({ base }) => base !== null) === true;
    const modulesLeftOut = half.ranges === null ? 0 : countLeftOut(modules, half);
    const served = { source: sight.source, hasRegions: half.regions.length > 0, symbolsHidden: symbols.hidden, needsRanges, modulesLeftOut, hasTooManyRanges };
    return { ...half, note: noteOf(served, around) };
  }
}

/** Number of modules that are loaded at a known address but not shown. */
function countLeftOut(modules: LoadedModules | null, { regions }: KernelHalf): number {
  const drawn = new Set(regions.flatMap(({ kind, start }) => (kind === MODULE_KIND ? [start.page] : [])));
  return (modules?.list ?? []).filter(({ base, isLive, sizeBytes }) => base !== null && isLive && sizeBytes > 0 && !drawn.has(bytesOf(base).page)).length;
}
