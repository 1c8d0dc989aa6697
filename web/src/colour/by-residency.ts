import { type Intervals } from '@procmap/shared/intervals.ts';
import { type MappingFigures, residentShares } from '@procmap/shared/mapping-figures.ts';
import { type Classes, classify, type ColourClass, UNMAPPED, UNMAPPED_CLASSES, unmappedClass } from './classes.ts';

const FIRST = UNMAPPED_CLASSES + 1;

function step(index: number, label: string, sentence: string, term: string): ColourClass {
  return { id: `resident-${index}`, label, sentence, token: `resident-${index}`, pattern: index + 8, term };
}

const STEPS: readonly ColourClass[] = [
  step(0, 'Nothing', 'Not one page of it is in memory.', 'resident=0%'),
  step(1, 'Under 25 %', 'Less than a quarter of it is in memory.', 'resident>0% resident<25%'),
  step(2, '25 to 50 %', 'A quarter to a half of it is in memory.', 'resident>=25% resident<50%'),
  step(3, '50 to 75 %', 'A half to three quarters of it is in memory.', 'resident>=50% resident<75%'),
  step(4, '75 to 100 %', 'Most of it is in memory.', 'resident>=75% resident<100%'),
  step(5, 'All', 'All of it is in memory.', 'resident=100%'),
];
const NOT_KNOWN = FIRST + STEPS.length;
const UNKNOWN: ColourClass = {
  id: 'resident-unknown',
  label: 'Not read',
  sentence: 'No figures were read of it, or it changed since. Of the kernel’s half nobody tells.',
  token: 'class-unknown',
  pattern: 2,
  term: '',
};
const LIST = [...UNMAPPED, ...STEPS, UNKNOWN];

/** By what share of each mapping is in memory; all unknown without figures. */
export function classesByResidency(intervals: Intervals, figures: MappingFigures | null): Classes {
  const shares = figures === null ? null : residentShares(intervals, figures);
  return classify('residency', intervals, LIST, (i) => {
    const unmapped = unmappedClass(intervals.kind[i] ?? 0);
    if (unmapped >= 0) return unmapped;
    const share = shares?.[i] ?? NaN;
    if (Number.isNaN(share)) return NOT_KNOWN;
    return FIRST + (share === 0 ? 0 : share === 1 ? 5 : 1 + Math.min(3, Math.floor(share * 4)));
  });
}
