import { encodeJson, list, number, numbers, object, text, toldIn } from '../formats/told.ts';
import { KERNEL_SOURCES, type KernelHalf, type KernelRegion } from '../kernel-half.ts';
import type { KernelRanges } from '../kernel-ranges.ts';
import { arePackedRanges, packRanges, unpackRanges } from '../packed-ranges.ts';
import { type Bytes, compareBytes, END_PAGE_64, PAGE_SIZE } from '../page.ts';

/** The kernel half, as the payload of a frame. */
export function encodeKernel(half: KernelHalf): Uint8Array {
  return encodeJson({ ...half, ranges: half.ranges === null ? null : packRanges(half.ranges) });
}

/** Throws RangeError if it is no JSON object. Regions that cannot be are left out. */
export function decodeKernel(payload: Uint8Array): KernelHalf {
  const told = toldIn(payload);
  return {
    source: KERNEL_SOURCES.find((source) => source === told['source']) ?? 'none',
    note: text(told['note']),
    regions: list(told['regions']).flatMap((value) => regionOf(value) ?? []),
    ranges: rangesOf(told['ranges']),
  };
}

function regionOf(value: unknown): KernelRegion | null {
  const told = object(value);
  const [start, end] = [placeOf(told?.['start']), placeOf(told?.['end'])];
  const source = KERNEL_SOURCES.find((each) => each === told?.['source']);
  if (told === null || start === null || end === null || compareBytes(start, end) >= 0 || source === undefined || source === 'none') return null;
  const perms = number(told['perms']);
  const isPerms = perms !== null && Number.isInteger(perms) && perms >= 0 && perms <= 7;
  return { name: text(told['name']), kind: text(told['kind']), start, end, perms: isPerms ? perms : null, source };
}

function placeOf(value: unknown): Bytes | null {
  const told = object(value);
  const [page, byte] = [number(told?.['page']) ?? -1, number(told?.['byte']) ?? -1];
  const isPlace = Number.isInteger(page) && page >= 0 && page <= END_PAGE_64 && Number.isInteger(byte) && byte >= 0 && byte < PAGE_SIZE;
  return isPlace ? { page, byte } : null;
}

function rangesOf(value: unknown): KernelRanges | null {
  const told = object(value);
  if (told === null) return null;
  const packed = { gaps: numbers(told['gaps']), pages: numbers(told['pages']), perms: text(told['perms']), shift: text(told['shift']) };
  return arePackedRanges(packed) ? unpackRanges(packed) : null;
}
