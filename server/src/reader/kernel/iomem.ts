import type { Span } from './span.ts';

/** Physical memory as described by /proc/iomem, in ascending order. Empty or null if the kernel hides it. */
export interface PhysicalMemory {
  /** System RAM; adjacent ranges are joined. */
  readonly ram: readonly Span[];
  readonly code: Span | null;
  /**
   * Also null on architectures and old kernels without such a line: rodata is then part of "Kernel code" (arm, arm64)
   * or "Kernel data" (x86).
   */
  readonly rodata: Span | null;
  readonly data: Span | null;
  readonly bss: Span | null;
}

export const NO_MEMORY: PhysicalMemory = { ram: [], code: null, rodata: null, data: null, bss: null };

// Indented by nesting depth. The second address is that of the last byte.
const LINE = /^ *([0-9a-f]{8,16})-([0-9a-f]{8,16}) : (.+)$/gm;
// Hot-plugged memory has its driver's name appended: "System RAM (virtio_mem)".
const RAM = /^System RAM(?: \(.*\))?$/;

/** Ignores ranges of zeros, which the kernel shows without CAP_SYS_ADMIN. */
export function parseIomem(text: string): PhysicalMemory {
  const ram: Span[] = [];
  const parts = new Map<string, Span>();
  for (const [, first = '0', last = '0', name = ''] of text.matchAll(LINE)) {
    const span = { start: BigInt(`0x${first}`), end: BigInt(`0x${last}`) + 1n };
    if (span.end <= span.start + 1n) continue;
    if (RAM.test(name)) ram.push(span);
    else if (!parts.has(name)) parts.set(name, span);
  }
  const part = (name: string): Span | null => parts.get(`Kernel ${name}`) ?? null;
  return { ram: joined(ram), code: part('code'), rodata: part('rodata'), data: part('data'), bss: part('bss') };
}

function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => (a.start < b.start ? -1 : 1))) {
    const last = result.at(-1);
    if (last !== undefined && span.start <= last.end) result[result.length - 1] = { start: last.start, end: span.end > last.end ? span.end : last.end };
    else result.push(span);
  }
  return result;
}

/** End of the physical memory; null if it is hidden. */
export function ramEnd({ ram }: PhysicalMemory): bigint | null {
  return ram.at(-1)?.end ?? null;
}
