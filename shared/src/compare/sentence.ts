import { PAGE_SIZE } from '../page.ts';
import { formatBytes, formatCount, formatPages, plural } from '../units.ts';
import type { Comparison, Sum } from './comparison.ts';
import type { Change } from './compare.ts';

const WORDS: Readonly<Record<Exclude<Change, 'same'>, string>> = {
  new: 'new',
  gone: 'gone',
  grown: 'grown',
  shrunk: 'shrunk',
  perms: 'of other permissions',
};
/** Uses in a sentence. */
const MAX_USES = 3;

/** What a comparison found, in words. `seconds`: between two moments of one process; null: other maps. */
export function comparisonSentences(of: Comparison, seconds: number | null): string[] {
  const { counts, mapped, uses } = of;
  if (of.isSame) return [`The same: ${plural(counts.same.ranges, 'mapping')}, ${formatPages(mapped.second)}.`];
  const changes = (Object.keys(WORDS) as (keyof typeof WORDS)[])
    .filter((change) => counts[change].ranges > 0)
    .map((change) => `${formatCount(counts[change].ranges)} ${WORDS[change]} (${formatPages(counts[change].pages)})`);
  const largest = uses.slice(0, MAX_USES).map((sum) => `${sum.name} ${changeText(sum)}${rateText(sum, seconds)}`);
  const when = seconds === null ? '' : `In ${secondsText(seconds)}, `;
  const total = mapped.first === mapped.second ? `${formatPages(mapped.second)} mapped in both` : `${changeText(mapped)} mapped`;
  const more = uses.length > MAX_USES ? `, and ${formatCount(uses.length - MAX_USES)} more` : '';
  return [
    `${when}${total}${largest.length === 0 ? '' : `: ${largest.join(', ')}${more}`}.`,
    `Parts of mappings: ${changes.join(', ')}; ${formatPages(counts.same.pages)} are the same.`,
  ];
}

/** `+61.2 MB`. */
export function changeText({ first, second }: Pick<Sum, 'first' | 'second'>): string {
  return `${second >= first ? '+' : '-'}${formatPages(Math.abs(second - first))}`;
}

/** ` (1.02 MB/s)`; '' without a time. */
export function rateText({ first, second }: Pick<Sum, 'first' | 'second'>, seconds: number | null): string {
  return seconds === null || seconds <= 0 ? '' : ` (${formatBytes(Math.round((Math.abs(second - first) * PAGE_SIZE) / seconds))}/s)`;
}

function secondsText(seconds: number): string {
  return seconds < 100 ? `${seconds.toFixed(1)} s` : `${formatCount(Math.round(seconds))} s`;
}
