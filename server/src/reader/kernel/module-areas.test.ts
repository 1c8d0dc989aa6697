import { PERM_EXEC, PERM_READ, PERM_WRITE } from '@procmap/shared/perms.ts';
import type { KernelRanges } from '@procmap/shared/kernel-ranges.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moduleRegions, parseModules } from './loaded-modules.ts';
import type { ModuleSections, Section } from './module-sections.ts';

const PAGE = 4096n;
const KERNEL = { arch: 'x86_64', release: '7.3.0', pageSize: PAGE } as const;
/** Small pages in a large page. */
const LARGE = 512;
const TEXT_AT = 0xffffffffc0800;
const REST_AT = 0xffffffffc0000;

/** Sizes in pages. */
interface Shape {
  readonly text: number;
  readonly rodata: number;
  readonly late: number;
  readonly data: number;
}

const shape: fc.Arbitrary<Shape> = fc.record({
  text: fc.integer({ min: 1, max: 9 }),
  rodata: fc.integer({ min: 1, max: 9 }),
  late: fc.integer({ min: 0, max: 3 }),
  data: fc.integer({ min: 1, max: 9 }),
});

/**
 * Modules as Linux places them since 6.16: texts side by side in a large page, everything else in separate pages
 * followed by an unmapped one.
 */
class Loaded {
  readonly ranges = { start: [] as number[], end: [] as number[], perms: [] as number[], shift: [] as number[] };
  readonly of = new Map<string, Section[]>();
  readonly truth: string[] = [];
  lines = '';
  #text = TEXT_AT;
  #rest = REST_AT;

  constructor(shapes: readonly Shape[]) {
    shapes.forEach((each, i) => this.#load(`m${i}`, each));
    // The rest of the same large page belongs to no module.
    this.#range(TEXT_AT, TEXT_AT + LARGE, PERM_READ | PERM_EXEC, 21);
  }

  get sections(): ModuleSections {
    return { of: this.of, error: null };
  }

  regions(sections = this.sections): string[] {
    return moduleRegions(parseModules(this.lines), KERNEL, this.ranges satisfies KernelRanges, sections)
      .map(({ name, start, end }) => `${name} ${start.toString(16)}-${end.toString(16)}`)
      .sort();
  }

  #load(name: string, { text, rodata, late, data }: Shape): void {
    this.lines += `${name} ${(text + rodata + late + data) * 4096} 0 - Live 0x${(BigInt(this.#text) * PAGE).toString(16)}\n`;
    const sections: Section[] = [];
    const add = (area: string, page: number, pages: number, ...names: string[]): void => {
      if (pages === 0) return;
      this.truth.push(`${name} ${area} ${(BigInt(page) * PAGE).toString(16)}-${(BigInt(page + pages) * PAGE).toString(16)}`);
      names.forEach((section, i) =>
        sections.push({ name: section, address: BigInt(page + Math.floor((i * (pages - 1)) / names.length)) * PAGE + BigInt(i * 64) }),
      );
    };
    add('text', this.#text, text, '.text', '.exit.text');
    this.#text += text;
    const own = (area: string, pages: number, perms: number, ...names: string[]): void => {
      add(area, this.#rest, pages, ...names);
      if (pages > 0) this.#range(this.#rest, this.#rest + pages, perms, 12);
      this.#rest += pages === 0 ? 0 : pages + 1;
    };
    own('data', data, PERM_READ | PERM_WRITE, '__bug_table', '.data', '.gnu.linkonce.this_module', '.bss');
    own('rodata', rodata, PERM_READ, '__ksymtab', '.rodata', '.orc_unwind');
    own('rodata', late, PERM_READ, '__jump_table', '.static_call_sites');
    this.of.set(name, sections.reverse());
  }

  #range(start: number, end: number, perms: number, shift: number): void {
    this.ranges.start.push(start);
    this.ranges.end.push(end);
    this.ranges.perms.push(perms);
    this.ranges.shift.push(shift);
  }
}

describe('the areas of modules that share large pages', () => {
  it('are found to the page, whatever lies behind the last text', () =>
    fc.assert(
      fc.property(fc.array(shape, { minLength: 1, maxLength: 12 }), (shapes) => {
        const loaded = new Loaded(shapes);
        expect(loaded.regions()).toEqual(loaded.truth.toSorted());
      }),
    ));

  it('are not drawn for a module with an unknown end, but for the others', () => {
    const loaded = new Loaded([
      { text: 2, rodata: 1, late: 1, data: 2 },
      { text: 3, rodata: 1, late: 0, data: 1 },
    ]);
    const others = loaded.truth.filter((line) => line.startsWith('m1')).sort();
    const without = (change: (sections: readonly Section[]) => readonly Section[] | null): string[] => {
      const changed = change(loaded.of.get('m0') ?? []);
      const of = new Map<string, readonly Section[]>(loaded.of);
      if (changed === null) of.delete('m0');
      else of.set('m0', changed);
      return loaded.regions({ of, error: null });
    };
    expect(without((sections) => sections)).toEqual(loaded.truth.toSorted());
    // Its sections are unreadable; they have no text; the text is not where /proc/modules says, since the module was
    // loaded again.
    expect(without(() => null)).toEqual(others);
    expect(without((sections) => sections.filter(({ name }) => !name.endsWith('.text')))).toEqual(others);
    expect(without((sections) => sections.map(({ name, address }) => ({ name, address: name.endsWith('.text') ? address + PAGE : address })))).toEqual(others);
    // Without this area, its text would seem to reach into the next one.
    expect(without((sections) => sections.filter(({ name }) => name !== '__jump_table' && name !== '.static_call_sites'))).toEqual(others);
    // Another section than text lies in a large page, of which it may own only a part.
    expect(without((sections) => [...sections, { name: '.rodata', address: BigInt(TEXT_AT + 100) * PAGE }])).toEqual(others);
  });

  it('leave out a section where nothing is mapped: the kernel has freed it', () => {
    const loaded = new Loaded([{ text: 2, rodata: 1, late: 1, data: 2 }]);
    loaded.of.get('m0')?.push({ name: '.exit.data', address: 0xffffffffc0f00000n });
    expect(loaded.regions()).toEqual(loaded.truth.toSorted());
  });
});
