import { usageFault } from '../common/fault.ts';
import { flag, optional, type Values, withDefault } from './option.ts';
import { parseAt } from './moment.ts';
import { parseLocate } from './place.ts';
import { MAX_WIDTH, MIN_WIDTH, parseFileName, parseFormat, parsePid, parseWidth } from './values.ts';

const DEFAULT_LOG = 'log_procmap.txt';
const DEFAULT_WIDTH = 72;

/** Options of `procmap --pid=PID`. */
export const SHOW = {
  pid: optional(
    {
      name: 'pid',
      short: 'p',
      value: 'PID',
      summary: 'the process, or one of its threads',
      detail: 'the number alone also works: procmap 1234',
      completion: 'pids',
    },
    parsePid,
  ),
  at: optional(
    {
      name: 'at',
      value: 'TIME',
      summary: 'a moment of a recording: 2026-12-01T12:30:00Z, +12.5s from its first, -10s from its last',
      defaultWords: 'its last',
      manual: 'The map is that of the last look at or before that time.',
    },
    parseAt,
  ),
  onlyUser: flag({ name: 'only-user', short: 'u', summary: 'show the user half only', excludes: ['only-kernel'] }),
  onlyKernel: flag({
    name: 'only-kernel',
    short: 'k',
    summary: 'show the kernel half only',
    detail: 'needs no process',
    excludes: ['only-user'],
  }),
  locate: optional(
    {
      name: 'locate',
      value: 'ADDRESS[,LENGTH]',
      summary: 'mark a range and say which region it is in',
      detail:
        'address in hex; length in KB, or with a unit (B, K, M, G, T, P, E). Or paste a place: libc.so.6+0x1d30, a line of a maps file, of a backtrace or of dmesg',
      manual:
        'The address may start with 0x. Without a length, the range is one byte. Pasted lines of dmesg look like `segfault at ... in FILE[ADDRESS+SIZE]`; addresses as WinDbg prints them work too. A place in a file is found by the name of the file in this map.',
    },
    parseLocate,
  ),
  /** `-`: standard output. */
  exportMaps: optional(
    {
      name: 'export-maps',
      value: 'FILE',
      summary: 'write the map as CSV to this file',
      detail: '-: standard output',
      manual:
        'An existing file is overwritten; a new one gets mode 0600. Symbolic links, files with several names and files of other users are refused. A device or a FIFO may be named. With `-` or `/dev/stdout`, the map is not drawn.',
      completion: 'files',
    },
    (text) => parseFileName('export-maps', text),
  ),
  exportKernel: optional(
    {
      name: 'export-kernel',
      value: 'FILE',
      summary: 'write the kernel half as CSV to this file',
      detail: '-: standard output',
      completion: 'files',
    },
    (text) => parseFileName('export-kernel', text),
  ),
  format: withDefault(
    {
      name: 'format',
      value: 'text|json|csv',
      summary: 'output format',
      detail: 'json: as GET /api/processes/PID/map answers; csv: of --breakdown only',
      manual: 'JSON also has the figures as `stats` and the located range as `locate`. With --breakdown, it is what GET /api/processes/PID/breakdown answers.',
      completion: ['text', 'json', 'csv'],
    },
    'text',
    parseFormat,
  ),
  breakdown: flag({
    name: 'breakdown',
    summary: 'print where the memory goes instead of the map, a row for each use',
    detail: 'reads smaps: slower, and the process waits at page faults meanwhile',
  }),
  width: withDefault(
    { name: 'width', value: 'COLUMNS', summary: 'width of the box, or of the breakdown, in columns', detail: `${MIN_WIDTH} to ${MAX_WIDTH}` },
    String(DEFAULT_WIDTH),
    parseWidth,
  ),
  noColour: flag({ name: 'no-color', summary: 'print no colours', detail: 'also off if NO_COLOR is set, and in a pipe' }),
  noStatistics: flag({ name: 'no-stats', summary: 'leave out the figures below the map' }),
  log: optional(
    {
      name: 'log',
      value: 'FILE',
      summary: 'append the output to this file',
      defaultWords: `./${DEFAULT_LOG}`,
      manual: 'The log has no colours.',
      completion: 'files',
      excludes: ['no-log'],
    },
    (text) => parseFileName('log', text),
  ),
  noLog: flag({ name: 'no-log', summary: 'write no log', excludes: ['log'] }),
  verbose: flag({
    name: 'verbose',
    short: 'v',
    summary: 'also print the platform, program, libraries and legend, or what the uses are',
    manual: 'Nothing of the process is run for this. Libraries are listed as they are mapped.',
  }),
  debug: flag({ name: 'debug', short: 'd', summary: 'print on standard error how long reading took' }),
};

export type Half = 'both' | 'user' | 'kernel';

type Given = Values<typeof SHOW>;
/** Options that are combined into the properties below. */
type Combined = 'onlyUser' | 'onlyKernel' | 'noColour' | 'noStatistics' | 'noLog' | 'log';

/** `pid` null: only the kernel half, or a recording. */
export interface ShowOptions extends Omit<Given, Combined> {
  readonly verb: 'show';
  /** A recording instead of a process; null: none. */
  readonly file: string | null;
  readonly half: Half;
  /** Use colours if the terminal can show them. */
  readonly colour: boolean;
  readonly statistics: boolean;
  /** `chosen`: the path was given with --log. null: write no log. */
  readonly log: { readonly path: string; readonly chosen: boolean } | null;
}

/** `pid`: from --pid or given alone; `file`: of `procmap show FILE`. */
export function checkShow({ onlyUser, onlyKernel, noColour, noStatistics, noLog, log, ...rest }: Given, file: string | null = null): ShowOptions {
  const { pid, exportMaps, exportKernel, format, breakdown, locate, at } = rest;
  if (file !== null && pid !== null) throw usageFault('name a recording or a process, not both');
  if (file === null && at !== null) throw usageFault('--at is for recordings: procmap show FILE --at=TIME');
  if (onlyUser && onlyKernel) throw usageFault('--only-user and --only-kernel exclude each other');
  if (noLog && log !== null) throw usageFault('--log and --no-log exclude each other');
  if (exportMaps === '-' && exportKernel === '-') throw usageFault('only one of --export-maps and --export-kernel can go to standard output');
  const isNothing = pid === null && file === null;
  if (isNothing && !onlyKernel && exportKernel === null) throw usageFault('name a process: --pid=PID');
  if (isNothing && format === 'json') throw usageFault('--format=json needs a process: --pid=PID');
  if (breakdown && pid === null) throw usageFault('--breakdown needs a living process: --pid=PID');
  if (breakdown && (locate !== null || exportMaps === '-' || exportKernel === '-'))
    throw usageFault('--breakdown is printed instead of the map: leave out --locate, and export to files');
  if (format === 'csv' && !breakdown) throw usageFault('--format=csv is for --breakdown; the map as CSV: --export-maps=-');
  if (log === '-') throw usageFault('--log needs the name of a file');
  if (isNothing && exportMaps !== null) throw usageFault('--export-maps needs a process: --pid=PID');
  const half = isNothing ? 'kernel' : halfOf(onlyUser, onlyKernel);
  return { verb: 'show', ...rest, file, half, ...outputOf({ noColour, noStatistics, noLog, log }) };
}

function halfOf(onlyUser: boolean, onlyKernel: boolean): Half {
  return onlyUser ? 'user' : onlyKernel ? 'kernel' : 'both';
}

function outputOf({ noColour, noStatistics, noLog, log }: Pick<Given, 'noColour' | 'noStatistics' | 'noLog' | 'log'>) {
  return { colour: !noColour, statistics: !noStatistics, log: noLog ? null : { path: log ?? DEFAULT_LOG, chosen: log !== null } };
}
