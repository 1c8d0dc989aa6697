import { parseArgs } from 'node:util';
import { escapeText } from '@procmap/shared/text/escape.ts';
import { usageFault } from './common/fault.ts';
import { checkDiff, DIFF, type DiffOptions } from './options/diff.ts';
import { checkOpen, OPEN, type OpenOptions } from './options/open.ts';
import { type OptionTable, readAll, type Typed } from './options/option.ts';
import { checkRecord, RECORD, type RecordOptions } from './options/record.ts';
import { checkServe, SERVE, type ServeOptions } from './options/serve.ts';
import { checkShow, SHOW, type ShowOptions } from './options/show.ts';
import { parsePid } from './options/values.ts';
import { ABOUT, type VerbName } from './options/verbs.ts';

export type { DiffOptions, OpenOptions, RecordOptions, ServeOptions, ShowOptions };
export type { Half } from './options/show.ts';
export type { AddressSpan } from './options/place.ts';

/** `of`: help for this verb only. */
type Options =
  ServeOptions | OpenOptions | ShowOptions | RecordOptions | DiffOptions | { readonly verb: 'help'; readonly of?: VerbName } | { readonly verb: 'version' };

/**
 * Parses argv without node and script. Throws a Fault of status 2 on anything that HELP does not document, except
 * `help` and `version` as words.
 */
export function parseOptions(argv: readonly string[]): Options {
  const [verb, ...rest] = argv;
  if (verb === 'serve') return parseVerb('serve', SERVE, rest, checkServe);
  if (verb === 'open') return parseVerb('open', OPEN, rest, checkOpen);
  if (verb === 'show') return parseShowFile(rest);
  if (verb === 'diff') return parseDiff(rest);
  if (verb === 'record') return parseRecord(rest);
  if (verb === 'help' || verb === 'version') return parseShow([`--${verb}`, ...rest]);
  if (verb === undefined) throw usageFault('say what to do: procmap serve, or procmap --pid=PID');
  if (!verb.startsWith('-') && !IS_NUMBER.test(verb)) throw usageFault(`unknown command '${escapeText(verb)}'`);
  return parseShow(argv);
}

const IS_NUMBER = /^[0-9]+$/;

function parseVerb<Table extends OptionTable>(
  verb: VerbName,
  table: Table,
  argv: readonly string[],
  check: (values: ReturnType<typeof readAll<Table>>) => Options,
): Options {
  const { values } = strictly(argv, table);
  return aboutOf(values, verb) ?? check(readAll(table, values));
}

function parseDiff(argv: readonly string[]): Options {
  const { values, positionals } = strictly(argv, DIFF, true);
  return aboutOf(values, 'diff') ?? checkDiff(readAll(DIFF, values), positionals);
}

function parseRecord(argv: readonly string[]): Options {
  const { values, positionals } = strictly(argv, RECORD, true);
  return aboutOf(values, 'record') ?? checkRecord({ ...readAll(RECORD, values), pid: pidOf(values['pid'], positionals) });
}

function parseShow(argv: readonly string[]): Options {
  const { values, positionals } = strictly(argv, SHOW, true);
  return aboutOf(values) ?? checkShow({ ...readAll(SHOW, values), pid: pidOf(values['pid'], positionals) });
}

/** Help and version take precedence over everything else. */
function aboutOf(values: Readonly<Record<string, Typed>>, verb?: VerbName): Options | null {
  if (values['help'] === true) return verb === undefined ? { verb: 'help' } : { verb: 'help', of: verb };
  return values['version'] === true || values['ver'] === true ? { verb: 'version' } : null;
}

function parseShowFile(argv: readonly string[]): Options {
  const { values, positionals } = strictly(argv, SHOW, true);
  const about = aboutOf(values, 'show');
  if (about !== null) return about;
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw usageFault('name one recording: procmap show FILE');
  return checkShow(readAll(SHOW, values), file);
}

/**
 * parseArgs() with its errors shortened to one escaped line: they span several sentences and repeat the user's input.
 */
function strictly(
  argv: readonly string[],
  table: OptionTable,
  allowPositionals = false,
): { readonly values: Readonly<Record<string, Typed>>; readonly positionals: readonly string[] } {
  const options = Object.fromEntries(
    Object.values({ ...ABOUT, ...table }).map(({ name, short, value, repeatable }) => [
      name,
      { type: value === null ? ('boolean' as const) : ('string' as const), multiple: repeatable, ...(short === undefined ? {} : { short }) },
    ]),
  );
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    const option = /--[a-z-]+/.exec(String(error))?.[0] ?? '';
    if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' && !String(error).includes('does not take')) throw usageFault(`option '${option}' needs a value`);
    const [sentence = ''] = escapeText(error instanceof Error ? error.message : String(error)).split(/\. |\.\\n/);
    throw usageFault(sentence.replace(/^./, (letter) => letter.toLowerCase()));
  }
}

/** The process id of --pid, or alone: `procmap 1234`. */
function pidOf(option: Typed, alone: readonly string[]): number | null {
  const word = alone.find((each) => !IS_NUMBER.test(each));
  if (word !== undefined) throw usageFault(`unexpected argument '${escapeText(word)}'`);
  const [text, ...more] = typeof option === 'string' ? [option, ...alone] : alone;
  if (more.length > 0) throw usageFault('name one process only: --pid=PID');
  return text === undefined ? null : parsePid(text);
}
