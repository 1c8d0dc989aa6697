import type { looks, otherPrograms, steps } from './contestants.ts';
import type { Rounds } from '../rounds.ts';
import { count, digits, textTable } from '../table.ts';

/** Results for one process. */
export interface Timing {
  readonly rows: number;
  /** Size of its maps file, and the number of read(2) calls for it. */
  readonly bytes: number;
  readonly reads: number;
  /** Size of the frame for one change. */
  readonly deltaBytes: number;
  readonly looks: Rounds<keyof ReturnType<typeof looks>>;
  readonly steps: Rounds<keyof ReturnType<typeof steps>>;
  /** null: not run. */
  readonly others: Rounds<keyof ReturnType<typeof otherPrograms>> | null;
}

export function describe(timings: readonly Timing[]): string {
  return `Looks at a process, ms: medians of rounds in which each has its turn. "first": read + parse + encode; "changed": where a mapping has changed since the last
look; "C", "Node": only read(2), 32 KiB at a time. Ratios to "C": the median of the rounds' own, the same of the time of a core, least to least.

${looksTable(timings)}

${ratioTable(timings)}

Step by step, ms: of the reader; "asked": of a real reader process, up to its answer; of the web process ("all": decode, diff, encode the difference); of the page

${stepsTable(timings)}

Against other programs, ms, with their start

${othersTable(timings)}`;
}

const LOOKS = ['bare', 'bareNode', 'whole', 'changed', 'unchanged'] as const;

function looksTable(timings: readonly Timing[]): string {
  return textTable([
    ['mappings', 'bytes', 'reads', 'C', 'Node', 'first', 'changed', 'unchanged', 'delta', 'rounds'],
    ...timings.map(({ rows, bytes, reads, looks, deltaBytes }) => [
      ...[rows, bytes, reads].map(count),
      ...LOOKS.map((look) => digits(looks.wallMs(look))),
      `${count(deltaBytes)} B`,
      count(looks.length),
    ]),
  ]);
}

function ratioTable(timings: readonly Timing[]): string {
  const [, ...measured] = LOOKS;
  return textTable([
    ['mappings', ...['Node', 'first', 'changed', 'unchanged'].flatMap((name) => [`${name} / C`, 'core', 'least'])],
    ...timings.map(({ rows, looks }) => [
      count(rows),
      ...measured.flatMap((look) => [looks.ratio(look, 'bare'), looks.ratio(look, 'bare', 'cpuMs'), looks.leastRatio(look, 'bare')].map(digits)),
    ]),
  ]);
}

function stepsTable(timings: readonly Timing[]): string {
  return textTable([
    ['mappings', 'read', 'parse', 'encode', 'asked', 'unchanged', 'web: decode', 'diff', 'all', 'page: apply', 'tile'],
    ...timings.map(({ rows, steps }) => [
      count(rows),
      ...(['read', 'parse', 'encode', 'asked', 'askedAgain', 'decode', 'diff', 'version', 'apply', 'tile'] as const).map((step) => digits(steps.wallMs(step))),
    ]),
  ]);
}

function othersTable(timings: readonly Timing[]): string {
  return textTable([
    ['mappings', 'cat', 'pmap -x', 'pmap -X', 'first / cat', 'pmap -x / first', 'pmap -X / first'],
    ...timings.map(({ rows, looks, others }) => {
      if (others === null) return [count(rows), ...Array<string>(6).fill('-')];
      const first = looks.wallMs('whole');
      const [cat, pmapx, pmapX] = [others.wallMs('cat'), others.wallMs('pmap -x'), others.wallMs('pmap -X')];
      return [count(rows), ...[cat, pmapx, pmapX, first / cat, pmapx / first, pmapX / first].map(digits)];
    }),
  ]);
}
