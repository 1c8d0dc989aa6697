import type { KernelRegion } from '@procmap/shared/kernel-half.ts';
import type { Bytes } from '@procmap/shared/page.ts';

/**
 * [start, end) in bytes. The kernel half has a few hundred of these, read now and then: bigints are exact and fast
 * enough.
 */
export interface Span {
  readonly start: bigint;
  readonly end: bigint;
}

/** A region as a source finds it: see KernelRegion. */
export type FoundRegion = Span & Omit<KernelRegion, 'start' | 'end'>;

/** A region with unknown permissions, whose kind is its name. */
export function found(name: string, start: bigint, end: bigint, source: FoundRegion['source']): FoundRegion {
  return { name, kind: name, start, end, perms: null, source };
}

/** Moves a span, for example from physical addresses into a map of them. */
export function shift(span: Span, by: bigint): Span {
  return { start: span.start + by, end: span.end + by };
}

/** The part of a span within another one; null: none. */
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

/** In the form of shared/: pages of 4 KiB and bytes, whatever the page size of the machine. */
export function bytesOf(address: bigint): Bytes {
  return { page: Number(address >> PAGE_BITS), byte: Number(address & 0xfffn) };
}
