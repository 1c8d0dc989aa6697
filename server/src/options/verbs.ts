import { DIFF } from './diff.ts';
import { OPEN } from './open.ts';
import { flag, type Option } from './option.ts';
import { RECORD } from './record.ts';
import { SERVE } from './serve.ts';
import { SHOW } from './show.ts';

/** Options that exist for every verb. */
export const ABOUT = {
  version: flag({ name: 'version', summary: 'print the version' }),
  ver: flag({ name: 'ver', summary: 'print the version' }),
  help: flag({ name: 'help', short: 'h', summary: 'print help' }),
};

export interface Verb {
  /** The beginning of a command line with this verb. */
  readonly usage: string;
  readonly summary: string;
  readonly options: readonly Option[];
  readonly examples: readonly string[];
}

export type VerbName = 'serve' | 'open' | 'show' | 'record' | 'diff';

/** In the order of `--help`. */
export const VERBS: Readonly<Record<VerbName, Verb>> = {
  serve: {
    usage: 'procmap serve',
    summary: 'serve the page on this machine and print a link to it',
    options: Object.values(SERVE),
    examples: ['sudo procmap serve', 'procmap serve --port=0 --token-file=token'],
  },
  open: {
    usage: 'procmap open',
    summary: 'print a new one-time link to the running daemon',
    options: Object.values(OPEN),
    examples: ['sudo procmap open'],
  },
  show: {
    usage: 'procmap --pid=PID',
    summary: 'draw the map of a process in the terminal, once; procmap show FILE: of a recording',
    options: Object.values(SHOW),
    examples: ['procmap --pid=$$', 'sudo procmap -p 1234 -u --locate=0x7f1c2a000000,64', 'procmap 1234 --no-log --export-maps=map.csv'],
  },
  record: {
    usage: 'procmap record --pid=PID --output=FILE',
    summary: 'record the map of a process over time',
    options: Object.values(RECORD),
    examples: ['procmap record --pid=$$ --output=shell.procmap --for=10s', 'sudo procmap record -p 1234 -o leak.procmap'],
  },
  diff: {
    usage: 'procmap diff A B',
    summary: 'compare two maps: processes, recordings, moments (FILE@TIME); exit status 0 the same, 1 different, 2 trouble',
    options: Object.values(DIFF),
    examples: ['procmap diff leak.procmap@+0s leak.procmap', 'procmap diff leak.procmap 1234'],
  },
};

/** Options of all verbs, with dashes. */
export const OPTION_NAMES: readonly string[] = [
  ...new Set([...Object.values(ABOUT), ...Object.values(VERBS).flatMap(({ options }) => options)].map(({ name }) => `--${name}`)),
];
