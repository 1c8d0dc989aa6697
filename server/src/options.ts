import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseByteSize } from '@procmap/shared/byte-size.ts';
import { escapeText } from '@procmap/shared/escape.ts';
import { type Address, type Bytes, parseAddress } from '@procmap/shared/page.ts';
import { DEFAULT_PORT } from './commands.ts';
import { usageFault } from './fault.ts';

export interface ServeOptions {
  readonly verb: 'serve';
  readonly port: number;
  readonly host: string;
  /** A file to listen at instead of a port; absolute. */
  readonly socket: string | null;
  /** Users whose programs are answered, besides root's; `own`: of who called sudo, or of who starts it. */
  readonly peerUids: readonly number[] | 'own' | 'any';
  readonly metricsMatch: readonly string[];
  readonly tokenFile: string | null;
  readonly rateHz: number;
  /** What looks at one process may use of a core, in percent. */
  readonly tickPercent: number;
  readonly allowHosts: readonly string[];
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
  readonly locate: { readonly start: Address; readonly length: Bytes } | null;
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

export { DEFAULT_PORT };
export const DEFAULT_LOG = 'log_procmap.txt';
export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_RATE_HZ = '1';
// As shared/messages.ts has them, which comes with a package that this process must not load.
export const MIN_RATE_HZ = 0.1;
export const MAX_RATE_HZ = 10;
/** As web/pace.ts has it. */
export const DEFAULT_TICK_SHARE = '10';
const MOST_PORT = 65_535;
/** (uid_t)-1 is no user (setuid(2)). */
const MOST_UID = 0xffff_fffe;
/** Columns of the box of a text map. */
export const DEFAULT_WIDTH = '72';
export const MIN_WIDTH = 48;
export const MAX_WIDTH = 500;

const COMMON = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' }, ver: { type: 'boolean' } } as const;
const SERVE = {
  port: { type: 'string', default: String(DEFAULT_PORT) },
  host: { type: 'string', default: DEFAULT_HOST },
  socket: { type: 'string' },
  'peer-uid': { type: 'string', multiple: true, default: [] as string[] },
  'allow-host': { type: 'string', multiple: true, default: [] as string[] },
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

/** argv without node and script -> what to do. Throws a Fault of status 2 on anything that is not documented in HELP. */
export function parseOptions(argv: readonly string[]): Options {
  const [verb, ...rest] = argv;
  if (verb === 'serve') return parseServe(rest);
  if (verb === 'open') return parseOpen(rest);
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
  refuseSameFile([exportMaps, exportKernel, log]);
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

/** Names of standard output too are `-`: opened again, what is written by one name would be overwritten by the other. */
function parseFileName(option: string, text: string | undefined): string | null {
  if (text === '') throw usageFault(`--${option} needs the name of a file`);
  return text === '/dev/stdout' || text === '/dev/fd/1' ? '-' : (text ?? null);
}

function refuseSameFile(names: readonly (string | null)[]): void {
  const files = names.flatMap((name) => (name === null || name === '-' ? [] : [resolve(name)]));
  if (new Set(files).size < files.length) throw usageFault('--export-maps, --export-kernel and --log must be different files');
}

/** Said by --pid or alone: `procmap 1234`. */
function pidOf(option: string | undefined, alone: readonly string[]): number | null {
  const word = alone.find((each) => !IS_NUMBER.test(each));
  if (word !== undefined) throw usageFault(`unexpected argument '${escapeText(word)}'`);
  const [text, ...more] = option === undefined ? alone : [option, ...alone];
  if (more.length > 0) throw usageFault('say of one process only: --pid=PID');
  return text === undefined ? null : parsePid(text);
}

/** As text: a number's own syntax would take `1e3` and `0x1` too. */
function parsePid(text: string): number {
  if (!/^[1-9][0-9]{0,9}$/.test(text)) throw usageFault(`--pid must be the number of a process, not '${escapeText(text)}'`);
  return Number(text);
}

function parseLocate(text: string): ShowOptions['locate'] {
  const [address = '', size = '', ...more] = text.split(',');
  const start = parseAddress(address);
  const length = more.length === 0 ? parseByteSize(size) : null;
  if (start === null || length === null || (length.page === 0 && length.byte === 0))
    throw usageFault(`--locate must be an address in hex, a comma and a length in KB, as 0x7f0000000000,4 or 7f0000000000,2M; not '${escapeText(text)}'`);
  return { start, length };
}

function parseFormat(text: string): 'text' | 'json' {
  if (text !== 'text' && text !== 'json') throw usageFault(`--format must be text or json, not '${escapeText(text)}'`);
  return text;
}

function parseWidth(text: string): number {
  const width = /^[0-9]{1,3}$/.test(text) ? Number(text) : NaN;
  if (!(width >= MIN_WIDTH && width <= MAX_WIDTH))
    throw usageFault(`--width must be a number of columns from ${MIN_WIDTH} to ${MAX_WIDTH}, not '${escapeText(text)}'`);
  return width;
}

function parsePort(text: string, least = 0): number {
  if (!/^[0-9]{1,5}$/.test(text) || Number(text) < least || Number(text) > MOST_PORT)
    throw usageFault(`--port must be a number from ${least} to ${MOST_PORT}, not '${escapeText(text)}'`);
  return Number(text);
}

function parseHost(text: string): string {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (bare !== 'localhost' && isIP(bare) === 0) throw usageFault(`--host must be an IP address or localhost, not '${escapeText(text)}'`);
  if (bare.includes('%')) throw usageFault(`--host must be an address that a browser can open, without a link's name, not '${escapeText(text)}'`);
  return bare;
}

function parseTickShare(text: string): number {
  if (!/^[1-9][0-9]?$|^100$/.test(text)) throw usageFault(`--tick-share must be a percentage of a core from 1 to 100, not '${escapeText(text)}'`);
  return Number(text);
}

function parseSocket(text: string | undefined): string | null {
  if (text === '') throw usageFault('--socket needs the name of a file');
  return text === undefined ? null : resolve(text);
}

function parsePeers(texts: readonly string[]): ServeOptions['peerUids'] {
  if (texts.length === 0) return 'own';
  const numbers = texts.filter((text) => text !== 'any');
  const uids = numbers.map((text) => {
    if (!/^(0|[1-9][0-9]{0,9})$/.test(text) || Number(text) > MOST_UID)
      throw usageFault(`--peer-uid must be the number of a user, or any; not '${escapeText(text)}'`);
    return Number(text);
  });
  return numbers.length < texts.length ? 'any' : uids;
}

function parseRate(text: string): number {
  const rate = /^[0-9]{1,3}(\.[0-9]{1,3})?$/.test(text) ? Number(text) : NaN;
  if (!(rate >= MIN_RATE_HZ && rate <= MAX_RATE_HZ))
    throw usageFault(`--rate must be a number from ${MIN_RATE_HZ} to ${MAX_RATE_HZ}, not '${escapeText(text)}'`);
  return rate;
}

/** A name as ps(1) prints it, of 15 bytes at most but for kernel threads; `*` stands for any letters. */
function parseMatch(text: string): string {
  if (!/^[\x20-\x7e]{1,64}$/.test(text))
    throw usageFault(`--metrics-match must be the name of processes, as ps prints it, or a part of it with *; not '${escapeText(text)}'`);
  return text;
}

/** RFC 1123 labels, as a Host header has them; lower case. */
function parseHostName(text: string): string {
  const name = text.toLowerCase();
  if (name.length > 253 || !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/.test(name))
    throw usageFault(`--allow-host must be a host name without a port, not '${escapeText(text)}'`);
  return name;
}
