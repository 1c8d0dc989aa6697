import type { Span } from './span.ts';

/** What /proc/iomem says of the physical memory. Ascending; empty and null where the kernel hides it. */
export interface PhysicalMemory {
  /** System RAM; adjacent ranges as one. */
  readonly ram: readonly Span[];
  readonly code: Span | null;
  /** null also for architectures and old kernels that have no line of it: "Kernel code" (arm, arm64) or "Kernel data" (x86) holds it then. */
  readonly rodata: Span | null;
  readonly data: Span | null;
  readonly bss: Span | null;
}

export const NO_MEMORY: PhysicalMemory = { ram: [], code: null, rodata: null, data: null, bss: null };

// Indented by how deep it lies; the last byte, not the one behind it.
const LINE = /^ *([0-9a-f]{8,16})-([0-9a-f]{8,16}) : (.+)$/gm;
// Memory that was plugged in has a driver's name behind it: "System RAM (virtio_mem)".
const RAM = /^System RAM(?: \(.*\))?$/;

/** Zeros, which who lacks CAP_SYS_ADMIN gets, are no ranges. */
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

/** Where the physical memory ends; null when that is hidden. */
export function ramEnd({ ram }: PhysicalMemory): bigint | null {
  return ram.at(-1)?.end ?? null;
}
