import { digits, textTable } from './table.ts';

/** One of the project's measures: the value found, and the target. */
export interface Measure {
  readonly what: string;
  readonly measured: string;
  readonly reach: string;
  readonly ok: boolean;
}

/** Results of one part of the bench: its measures, and other findings as text. */
export interface Part {
  readonly measures: readonly Measure[];
  readonly text: string;
}

export function atMost(what: string, value: number, limit: number, unit: string): Measure {
  return { what, measured: `${digits(value)} ${unit}`.trim(), reach: `<= ${limit} ${unit}`.trim(), ok: value <= limit };
}

export function atLeast(what: string, value: number, limit: number, unit: string): Measure {
  return { what, measured: `${digits(value)} ${unit}`.trim(), reach: `>= ${limit} ${unit}`.trim(), ok: value >= limit };
}

export function measureTable(measures: readonly Measure[]): string {
  return textTable([['what', 'measured', 'reach', ''], ...measures.map((each) => [each.what, each.measured, each.reach, each.ok ? 'ok' : 'short'])]);
}
