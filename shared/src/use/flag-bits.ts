/**
 * The VmFlags of /proc/PID/smaps that tell what a mapping is for, as bits. The words are explained in
 * figures/vm-flags.ts.
 */
const FLAG_WORDS = ['nh', 'nr', 'dd', 'dc', 'hg', 'mg', 'gu', 'ht', 'gd', 'ss', 'lo', 'wf', 'rd', 'wr', 'ex'] as const;

type FlagWord = (typeof FLAG_WORDS)[number];

/** The bit of each of these words. */
export const Flag = Object.fromEntries(FLAG_WORDS.map((word, bit) => [word, 2 ** bit])) as Readonly<Record<FlagWord, number>>;

/** Stands for a mapping whose flags were not read. */
export const FLAGS_UNKNOWN = 2 ** 31;

/** The bits of a VmFlags line such as `rd wr mr mw me ac nh`; of an empty one, which no mapping has, FLAGS_UNKNOWN. */
export function flagBits(line: string): number {
  if (line === '') return FLAGS_UNKNOWN;
  const words = line.split(' ');
  return FLAG_WORDS.reduce((bits, word, bit) => (words.includes(word) ? bits + 2 ** bit : bits), 0);
}
