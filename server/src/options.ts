import { parseArgs } from 'node:util';
import { escapeText } from '@procmap/shared/text/escape.ts';
import { DEFAULT_HOST, DEFAULT_PORT, DEFAULT_RATE_HZ, DEFAULT_TICK_SHARE } from './common/commands.ts';
import { usageFault } from './common/fault.ts';
import {
  parseFileName,
  parseFormat,
  parseHost,
  parseHostName,
  parseLocate,
  parseMatch,
  parsePeers,
  parsePid,
  parsePort,
  parseRate,
  parseSocket,
  parseTickShare,
  parseWidth,
  type Pasted,
  type PeerRule,
  type AddressSpan,
} from './option-values.ts';

export interface ServeOptions {
  readonly verb: 'serve';
  readonly port: number;
  readonly host: string;
  /** A file to listen at instead of a port; absolute. */
  readonly socket: string | null;
  readonly peerUids: PeerRule;
  readonly metricsMatch: readonly string[];
  readonly tokenFile: string | null;
  readonly rateHz: number;
  /** What looks at one process may use of a core, in percent. */
  readonly tickPercent: number;
  readonly allowHosts: readonly string[];
  /** The page has no name of its own for each start. */
  readonly plainOrigin: boolean;
  readonly unsafePath: boolean;
}

export interface OpenOptions {
  readonly verb: 'open';
  /** null: of the only daemon that runs. */
  readonly port: number | null;
  /** Or the one that listens at that file; absolute. */
  readonly socket: string | null;
}

export interface ShowOptions {
  readonly verb: 'show';
  /** Of a process or one of its threads; null: the kernel alone. */
  readonly pid: number | null;
  readonly half: Half;
  readonly locate: AddressSpan | Pasted | null;
  /** Files to write, `-` for standard output, or null. */
  readonly exportMaps: string | null;
  readonly exportKernel: string | null;
  readonly format: 'text' | 'json';
  /** Where the terminal can show it. */
  readonly colour: boolean;
  /** Columns of the box. */
  readonly width: number;
  readonly statistics: boolean;
  /** `chosen`: by --log, and not the default. null: none. */
  readonly log: { readonly path: string; readonly chosen: boolean } | null;
  readonly verbose: boolean;
  readonly debug: boolean;
}

export type Options = ServeOptions | OpenOptions | ShowOptions | { readonly verb: 'help' } | { readonly verb: 'version' };

export type Half = 'both' | 'user' | 'kernel';

export { DEFAULT_HOST, DEFAULT_PORT, DEFAULT_RATE_HZ, DEFAULT_TICK_SHARE };
export const DEFAULT_LOG = 'log_procmap.txt';
/** Columns of the box of a text map. */
export const DEFAULT_WIDTH = '72';

const COMMON = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' }, ver: { type: 'boolean' } } as const;
const SERVE = {
  port: { type: 'string', default: String(DEFAULT_PORT) },
  host: { type: 'string', default: DEFAULT_HOST },
  socket: { type: 'string' },
  'peer-uid': { type: 'string', multiple: true, default: [] as string[] },
  'allow-host': { type: 'string', multiple: true, default: [] as string[] },
  'plain-origin': { type: 'boolean', default: false },
  'metrics-match': { type: 'string', multiple: true, default: [] as string[] },
  'token-file': { type: 'string' },
  rate: { type: 'string', default: DEFAULT_RATE_HZ },
  'tick-share': { type: 'string', default: DEFAULT_TICK_SHARE },
  'unsafe-path': { type: 'boolean', default: false },
} as const;
const SHOW = {
  pid: { type: 'string', short: 'p' },
  'only-user': { type: 'boolean', short: 'u', default: false },
  'only-kernel': { type: 'boolean', short: 'k', default: false },
  locate: { type: 'string' },
  'export-maps': { type: 'string' },
  'export-kernel': { type: 'string' },
  format: { type: 'string', default: 'text' },
  'no-color': { type: 'boolean', default: false },
  width: { type: 'string', default: DEFAULT_WIDTH },
  'no-stats': { type: 'boolean', default: false },
  log: { type: 'string' },
  'no-log': { type: 'boolean', default: false },
  verbose: { type: 'boolean', short: 'v', default: false },
  debug: { type: 'boolean', short: 'd', default: false },
} as const;
const OPEN = { port: { type: 'string' }, socket: { type: 'string' } } as const;

/** Of all verbs, with their dashes. */
export const OPTION_NAMES: readonly string[] = Array.from(new Set([COMMON, SERVE, OPEN, SHOW].flatMap(Object.keys)), (name) => `--${name}`);

/** argv without node and script -> what to do. Throws a Fault of status 2 on anything that is not documented in HELP, but for `help` and `version` as words. */
export function parseOptions(argv: readonly string[]): Options {
  const [verb, ...rest] = argv;
  if (verb === 'serve') return parseServe(rest);
  if (verb === 'open') return parseOpen(rest);
  if (verb === 'help' || verb === 'version') return parseShow([`--${verb}`, ...rest]);
  if (verb === undefined) throw usageFault('say what to do: procmap serve, or procmap --pid=PID');
  if (!verb.startsWith('-') && !IS_NUMBER.test(verb)) throw usageFault(`unknown command '${escapeText(verb)}'`);
  return parseShow(argv);
}

const IS_NUMBER = /^[0-9]+$/;

function parseShow(argv: readonly string[]): Options {
  const { values, positionals } = strictly(argv, { ...COMMON, ...SHOW }, true);
  if (values.help === true) return { verb: 'help' };
  if (values.version === true || values.ver === true) return { verb: 'version' };
  const exportMaps = parseFileName('export-maps', values['export-maps']);
  const exportKernel = parseFileName('export-kernel', values['export-kernel']);
  const log = parseFileName('log', values.log);
  if (values['only-user'] && values['only-kernel']) throw usageFault('--only-user and --only-kernel exclude each other');
  if (values['no-log'] && log !== null) throw usageFault('--log and --no-log exclude each other');
  if (exportMaps === '-' && exportKernel === '-') throw usageFault('only one of --export-maps and --export-kernel can go to standard output');
  const pid = pidOf(values.pid, positionals);
  if (pid === null && !values['only-kernel'] && exportKernel === null) throw usageFault('say of which process: --pid=PID');
  if (pid === null && values.format === 'json') throw usageFault('--format=json is of a process: --pid=PID');
  if (log === '-') throw usageFault('--log needs the name of a file');
  if (pid === null && exportMaps !== null) throw usageFault('--export-maps is of a process: --pid=PID');
  return {
    verb: 'show',
    pid,
    half: values['only-user'] ? 'user' : values['only-kernel'] || pid === null ? 'kernel' : 'both',
    locate: values.locate === undefined ? null : parseLocate(values.locate),
    exportMaps,
    exportKernel,
    format: parseFormat(values.format),
    colour: !values['no-color'],
    width: parseWidth(values.width),
    statistics: !values['no-stats'],
    log: values['no-log'] ? null : { path: log ?? DEFAULT_LOG, chosen: log !== null },
    verbose: values.verbose,
    debug: values.debug,
  };
}

function parseServe(argv: readonly string[]): Options {
  const { values } = strictly(argv, { ...COMMON, ...SERVE });
  if (values.help === true) return { verb: 'help' };
  if (values.version === true || values.ver === true) return { verb: 'version' };
  if (values['token-file'] === '') throw usageFault('--token-file needs the name of a file');
  const socket = parseSocket(values.socket);
  const peerUids = parsePeers(values['peer-uid']);
  if (socket !== null && (peerUids === 'any' || (peerUids.length > 1 && peerUids !== 'own')))
    throw usageFault('a --socket belongs to one user: --peer-uid=UID');
  return {
    verb: 'serve',
    // Of a socket file it is the one that is forwarded to it.
    port: parsePort(values.port, socket === null ? 0 : 1),
    host: parseHost(values.host),
    socket,
    peerUids,
    tokenFile: values['token-file'] ?? null,
    rateHz: parseRate(values.rate),
    tickPercent: parseTickShare(values['tick-share']),
    metricsMatch: values['metrics-match'].map(parseMatch),
    allowHosts: values['allow-host'].map(parseHostName),
    plainOrigin: values['plain-origin'],
    unsafePath: values['unsafe-path'],
  };
}

function parseOpen(argv: readonly string[]): Options {
  const { values } = strictly(argv, { ...COMMON, ...OPEN });
  if (values.help === true) return { verb: 'help' };
  if (values.version === true || values.ver === true) return { verb: 'version' };
  if (values.port !== undefined && values.socket !== undefined) throw usageFault('--port and --socket exclude each other');
  return { verb: 'open', port: values.port === undefined ? null : parsePort(values.port, 1), socket: parseSocket(values.socket) };
}

/** parseArgs() with its errors, which run over several sentences and repeat what was typed, cut to one line of what can be seen. */
function strictly<const T extends NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>>(
  argv: readonly string[],
  options: T,
  allowPositionals = false,
) {
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

/** Said by --pid or alone: `procmap 1234`. */
function pidOf(option: string | undefined, alone: readonly string[]): number | null {
  const word = alone.find((each) => !IS_NUMBER.test(each));
  if (word !== undefined) throw usageFault(`unexpected argument '${escapeText(word)}'`);
  const [text, ...more] = option === undefined ? alone : [option, ...alone];
  if (more.length > 0) throw usageFault('say of one process only: --pid=PID');
  return text === undefined ? null : parsePid(text);
}
