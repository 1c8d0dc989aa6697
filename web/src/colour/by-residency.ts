import { type Intervals } from '@procmap/shared/intervals.ts';
import { residentShares } from '@procmap/shared/figures/joined-figures.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { scaleThreshold } from 'd3-scale';
import { type Classes, classesOf, type ColourClass, UNMAPPED, unmappedClass } from './classes.ts';

const FIRST = UNMAPPED.length;

function step(index: number, label: string, sentence: string, term: string): ColourClass {
  return { id: `resident-${index}`, label, sentence, token: `resident-${index}`, pattern: index + 8, term };
}

const STEPS: readonly ColourClass[] = [
  step(0, 'Nothing', 'No page of it is in memory.', 'resident=0%'),
  step(1, 'Under 25 %', 'Less than a quarter of it is in memory.', 'resident<25% -resident=0%'),
  step(2, '25 to 50 %', 'A quarter to a half of it is in memory.', 'resident>=25% resident<50%'),
  step(3, '50 to 75 %', 'A half to three quarters of it is in memory.', 'resident>=50% resident<75%'),
  step(4, '75 to 100 %', 'Most of it is in memory.', 'resident>=75% -resident=100%'),
  step(5, 'All', 'All of it is in memory.', 'resident=100%'),
];
/** tokens.css defines as many colours. */
export const RESIDENT_STEPS = STEPS.length;
const NOT_KNOWN = FIRST + RESIDENT_STEPS;
const UNKNOWN: ColourClass = {
  id: 'resident-unknown',
  label: 'Not known',
  sentence: 'Its figures have not been read, or it changed since. There are none for the kernel half.',
  token: 'class-unknown',
  pattern: 2,
  term: '',
};
const quarterOf = scaleThreshold().domain([0.25, 0.5, 0.75]).range([1, 2, 3, 4]).unknown(-1);
const LIST = [...UNMAPPED, ...STEPS, UNKNOWN];

/** Colours each mapping by its share in memory; all unknown without figures. */
export function classesByResidency(intervals: Intervals, figures: MappingFigures | null): Classes {
  const shares = figures === null ? null : residentShares(intervals, figures);
  return classesOf('residency', intervals, LIST, (i) => {
    const unmapped = unmappedClass(intervals.kind[i] ?? 0);
    if (unmapped >= 0) return unmapped;
    const step = stepOf(shares?.least[i] ?? NaN, shares?.most[i] ?? NaN);
    return step < 0 ? NOT_KNOWN : FIRST + step;
  });
}

/**
 * The step of a share that lies between two bounds; -1 if several steps are possible. A share that may be 0 counts as
 * under 25 %, one that may be 1 as above 75 %.
 */
function stepOf(least: number, most: number): number {
  if (least === most && (least === 0 || least === 1)) return least === 0 ? 0 : 5;
  const [low, high] = [quarterOf(least), quarterOf(most)];
  return low === high ? low : -1;
}
