import { type Bytes, PAGE_SIZE } from './page.ts';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;

/**
 * A size in bytes for people: powers of 1024, three significant digits (four from 1000 to 1023), no trailing zero after
 * the point (`132 KB`, `1.8 MB`, `128 TB`). Exactly 1024 of a unit is one of the next.
 */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let unit = 0;
  let value = bytes;
  while (unit < UNITS.length - 1 && value >= 1024) {
    value /= 1024;
    unit++;
  }
  // 1023.6 would round to 1024 of this unit: use the next unit.
  if (Math.round(value) >= 1024 && unit < UNITS.length - 1) {
    value = 1;
    unit++;
  }
  const text = value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
  return `${text.includes('.') ? text.replace(/\.?0+$/, '') : text} ${UNITS[unit]}`;
}

/** {@link formatBytes} of a number of 4 KiB pages. */
export function formatPages(pages: number): string {
  return formatBytes(pages * PAGE_SIZE);
}

/** {@link formatBytes} of an exact size. */
export function formatSize({ page, byte }: Bytes): string {
  return formatBytes(page * PAGE_SIZE + byte);
}

/** 65530 -> `65,530`. */
export function formatCount(count: number): string {
  return String(Math.trunc(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 mapping`, `65,530 mappings`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A share as `12.3 %`; `<0.1 %` rather than a false zero. */
export function formatPercent(part: number, whole: number): string {
  if (whole <= 0 || part === 0) return '0 %';
  const percent = (part / whole) * 100;
  if (percent < 0.1) return '<0.1 %';
  if (percent > 99.9 && part < whole) return '>99.9 %';
  return `${percent.toFixed(1).replace(/\.0$/, '')} %`;
}
