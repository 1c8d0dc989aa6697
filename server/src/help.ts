import { optionsOf, OTHERS, titleOf } from './options/help-text.ts';
import { VERBS, type VerbName } from './options/verbs.ts';

const NAMES = Object.keys(VERBS) as VerbName[];

/** At most 80 columns wide. */
export const HELP = `procmap: the whole virtual address space of a process

${NAMES.map((name) => `${titleOf(VERBS[name])}${optionsOf(VERBS[name])}`).join('\n')}
${OTHERS}
Examples
${NAMES.flatMap((name) => VERBS[name].examples.map((line) => `  ${line}\n`)).join('')}`;

/** Help for one verb, at most 80 columns wide. */
export function helpOf(name: VerbName): string {
  const { examples } = VERBS[name];
  return `${titleOf(VERBS[name])}${optionsOf(VERBS[name])}\nExamples\n${examples.map((line) => `  ${line}\n`).join('')}`;
}
