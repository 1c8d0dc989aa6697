import { usageFault } from '../common/fault.ts';
import { flag, optional, type Values, withDefault } from './option.ts';
import { parseDuration, parseFileName, parsePid, parseRate } from './values.ts';

/** Options of `procmap record`. */
export const RECORD = {
  pid: optional(
    { name: 'pid', short: 'p', value: 'PID', summary: 'the process, or one of its threads', detail: 'the number alone also works', completion: 'pids' },
    parsePid,
  ),
  output: optional(
    {
      name: 'output',
      short: 'o',
      value: 'FILE',
      summary: 'the recording, by custom named .procmap',
      manual: 'It gets mode 0600, and belongs to whoever ran sudo. It grows while procmap records, and can be read up to its last seconds if procmap dies.',
      completion: 'files',
    },
    (text) => parseFileName('output', text),
  ),
  forMs: optional(
    {
      name: 'for',
      value: 'TIME',
      summary: 'end after this time (90s, 10m, 2h); 0: record one moment',
      defaultWords: 'until Ctrl-C, or until the process ends',
    },
    parseDuration,
  ),
  rate: withDefault(
    {
      name: 'rate',
      value: 'HZ',
      summary: 'looks per second',
      detail: '0.1 to 10; fewer where they would use more than a tenth of a core',
    },
    '1',
    parseRate,
  ),
  force: flag({ name: 'force', short: 'f', summary: 'replace a file of that name' }),
};

/** Under which a recording is made. */
export interface RecordOptions extends Omit<Values<typeof RECORD>, 'pid' | 'output'> {
  readonly verb: 'record';
  readonly pid: number;
  readonly output: string;
}

export function checkRecord({ pid, output, ...rest }: Values<typeof RECORD>): RecordOptions {
  if (pid === null) throw usageFault('name a process: procmap record --pid=PID');
  if (output === null) throw usageFault('name a file: --output=FILE');
  if (output === '-') throw usageFault('--output needs the name of a file');
  return { verb: 'record', pid, output, ...rest };
}
