import { AMOUNTS, type Amounts } from './amounts.ts';
import type { Breakdown, BreakdownRow } from './breakdown.ts';
import { breakdownSentences } from './sentences.ts';

/** One row of `GET /api/processes/:pid/breakdown`: KiB. `use` null: not told. */
type BreakdownRowJson = {
  readonly use: string | null;
  readonly of: string;
  readonly count: number;
  readonly rows?: readonly BreakdownRowJson[];
} & Readonly<Record<`${(typeof AMOUNTS)[number]}_kb`, number>>;

/** The whole answer. */
interface BreakdownJson {
  readonly pid: number;
  readonly comm: string;
  readonly taken_at: string;
  /** Sums over smaps. */
  readonly vsz_kb: number;
  readonly rss_kb: number;
  readonly pss_kb: number;
  readonly hugetlb_kb: number;
  /** VmRSS and VmSize of /proc/PID/status, read right after; null: not reported. */
  readonly status_rss_kb: number | null;
  readonly status_vsz_kb: number | null;
  readonly torn: boolean;
  readonly sentences: readonly string[];
  readonly rows: readonly BreakdownRowJson[];
}

type Head = Pick<BreakdownJson, 'pid' | 'comm' | 'taken_at' | 'status_rss_kb' | 'status_vsz_kb' | 'torn'>;

export function breakdownJson(of: Breakdown, head: Head): BreakdownJson {
  const { virtual, resident, pss, hugetlb } = of.total;
  return {
    ...head,
    vsz_kb: virtual,
    rss_kb: resident - hugetlb,
    pss_kb: pss,
    hugetlb_kb: hugetlb,
    sentences: breakdownSentences(of),
    rows: of.rows.map(rowJson),
  };
}

function rowJson({ use, of, count, rows, ...amounts }: BreakdownRow): BreakdownRowJson {
  const parts = rows.length === 0 ? {} : { rows: rows.map(rowJson) };
  return { use, of, count, ...amountsJson(amounts), ...parts };
}

function amountsJson(amounts: Amounts): Readonly<Record<`${(typeof AMOUNTS)[number]}_kb`, number>> {
  return Object.fromEntries(AMOUNTS.map((amount) => [`${amount}_kb`, amounts[amount]])) as Record<`${(typeof AMOUNTS)[number]}_kb`, number>;
}
