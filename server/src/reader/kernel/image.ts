import type { PhysicalMemory } from './iomem.ts';
import type { Kernel } from './places.ts';
import { type FoundRegion, shift, type Span } from './span.ts';
import type { Symbols } from './symbols.ts';

interface Parts {
  readonly [name: string]: Span | null;
}

/**
 * text, rodata, data and bss, to the byte, from the physical ranges of /proc/iomem. `offset`: from these to the image.
 * Where they are not precise, kallsyms helps: on arm and arm64, "Kernel code" includes rodata (without kallsyms, both
 * are shown as one region); on x86 before 5.5, "Kernel data" begins with rodata. On arm and arm64, "Kernel data"
 * includes the bss; it is called data here, as in procmap's kernel module.
 */
export function imageParts(
  { code, rodata, data, bss }: PhysicalMemory,
  offset: bigint,
  symbols: Symbols,
  kernel: Kernel,
  source: FoundRegion['source'],
): FoundRegion[] {
  if (code === null) return partsOfSymbols(symbols, kernel);
  const at = (span: Span | null): Span | null => (span === null ? null : shift(span, offset));
  if (rodata !== null) return named({ text: at(code), rodata: at(rodata), data: at(data), bss: at(bss) }, source);
  if (endsWithRodata(kernel)) return [...named(codeAndRodata(shift(code, offset), symbols), source), ...named({ data: at(data) }, source)];
  const known = partsOfSymbols(symbols, kernel).filter(({ name }) => name === 'rodata' || name === 'data');
  return [...named({ text: at(code), bss: at(bss) }, source), ...known];
}

function codeAndRodata(code: Span, { at }: Symbols): Parts {
  const end = at.get('_etext');
  if (end === undefined || end <= code.start || end >= code.end) return { 'text and rodata': code };
  return { text: { start: code.start, end }, rodata: { start: end, end: code.end } };
}

/**
 * Offset from physical addresses to the image, from start and end of "Kernel code" in /proc/iomem; null unless both
 * ends agree. It also places the data, whose symbols few kernels have in kallsyms. Not on arm, where the code begins
 * with a symbol that is missing in kallsyms.
 */
export function imageOffset({ code }: PhysicalMemory, { at }: Symbols, kernel: Kernel): bigint | null {
  const [start, end] = endsWithRodata(kernel) ? [at.get('_stext'), at.get('__init_begin')] : [at.get('_text'), at.get('_etext')];
  if (code === null || start === undefined || end === undefined) return null;
  return end - start === code.end - code.start ? start - code.start : null;
}

/** Parts by /proc/kallsyms alone. A kernel without CONFIG_KALLSYMS_ALL only has the symbols of text. */
export function partsOfSymbols({ at }: Symbols, kernel: Kernel): FoundRegion[] {
  const between = (first: string, last: string): Span | null => {
    const [start, end] = [at.get(first), at.get(last)];
    const isSpan = start !== undefined && end !== undefined && start < end && start >= kernel.half.start && end <= kernel.half.end;
    return isSpan ? { start, end } : null;
  };
  const image = between('_text', '_end');
  const own = endsWithRodata(kernel)
    ? { text: between('_stext', '_etext'), rodata: between('_etext', '__init_begin'), data: between('_sdata', '_end') }
    : {
        text: between('_text', '_etext'),
        rodata: between('__start_rodata', '__end_rodata'),
        data: between('_sdata', '_edata'),
        bss: between('__bss_start', '__bss_stop'),
      };
  return named({ 'kernel image': image, ...own }, 'inferred');
}

/** True if the kernel's own range for code includes rodata. */
function endsWithRodata({ arch }: Kernel): boolean {
  return arch === 'aarch64' || arch === 'arm';
}

function named(parts: Parts, source: FoundRegion['source']): FoundRegion[] {
  return Object.entries(parts).flatMap(([name, span]) =>
    span === null ? [] : [{ name, kind: name === 'text and rodata' ? 'text' : name, ...span, perms: null, source }],
  );
}
