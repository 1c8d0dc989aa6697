import type { KernelRegion } from '@procmap/shared/kernel-half.ts';
import type { Bytes } from '@procmap/shared/page.ts';

/** [start, end) in bytes. The kernel's half is a few hundred of these, read now and then: as bigints they are exact and need no care. */
export interface Span {
  readonly start: bigint;
  readonly end: bigint;
}

/** A region as a source finds it: see KernelRegion. */
export type FoundRegion = Span & Omit<KernelRegion, 'start' | 'end'>;

/** Of which nobody knows the permissions, and that is its own kind. */
export function found(name: string, start: bigint, end: bigint, source: FoundRegion['source']): FoundRegion {
  return { name, kind: name, start, end, perms: null, source };
}

/** Where it lies elsewhere: what is physical, in a map of it. */
export function shift(span: Span, by: bigint): Span {
  return { start: span.start + by, end: span.end + by };
}

/** The part of it that lies in another; null for none. */
export function clip(span: Span, within: Span): Span | null {
  const start = span.start > within.start ? span.start : within.start;
  const end = span.end < within.end ? span.end : within.end;
  return start < end ? { start, end } : null;
}

export function isWithin(span: Span, outer: Span): boolean {
  return span.start >= outer.start && span.end <= outer.end && span.start < span.end;
}

export function roundDown(value: bigint, unit: bigint): bigint {
  return value - (value % unit);
}

export function roundUp(value: bigint, unit: bigint): bigint {
  return roundDown(value + unit - 1n, unit);
}

export function toRegion({ name, kind, start, end, perms, source }: FoundRegion): KernelRegion {
  return { name, kind, start: bytesOf(start), end: bytesOf(end), perms, source };
}

const PAGE_BITS = 12n;

/** As shared/ has an address: pages of 4 KiB and bytes, whatever the machine's page is. */
export function bytesOf(address: bigint): Bytes {
  return { page: Number(address >> PAGE_BITS), byte: Number(address & 0xfffn) };
}
