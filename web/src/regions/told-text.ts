import { Told } from '@procmap/shared/figures/joined-figures.ts';
import { formatBytes } from '@procmap/shared/units.ts';

const UNTOLD = '–';

/**
 * An amount as far as it is known: `4 KB`, `≥ 4 KB`, `–`; '' if there is none. A lower bound of 0 counts as unknown.
 */
export function toldText(kb: number, told: number): string {
  if (told === Told.nothing) return '';
  if (told === Told.unknown || (told === Told.part && !(kb > 0))) return UNTOLD;
  return told === Told.part ? `≥ ${formatBytes(kb * 1024)}` : formatBytes(kb * 1024);
}
