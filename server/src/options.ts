import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { usageFault } from './fault.ts';

export interface ServeOptions {
  readonly verb: 'serve';
  readonly port: number;
  readonly host: string;
  readonly tokenFile: string | null;
  readonly rateHz: number;
  readonly allowHosts: readonly string[];
  readonly unsafePath: boolean;
}

export interface OpenOptions {
  readonly verb: 'open';
  /** null: of the only daemon that runs. */
  readonly port: number | null;
}

export type Options = ServeOptions | OpenOptions | { readonly verb: 'help' } | { readonly verb: 'version' };

export const DEFAULT_PORT = 8642;
const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_RATE_HZ = '1';
// As shared/messages.ts has them, which comes with a package that this process must not load.
const MIN_RATE_HZ = 0.1;
const MAX_RATE_HZ = 10;
const MOST_PORT = 65_535;

export const HELP = `procmap: the whole virtual address space of a process, live, in the browser

  procmap serve        serve the page on this machine and print the link to it
    --port=N             port to listen at (${DEFAULT_PORT}; 0: any free one)
    --host=ADDRESS       address to listen at (${DEFAULT_HOST}): an IP address or localhost
    --allow-host=NAME    answer requests for this host name too; may be given again
    --token-file=F       write a token for scripts to this file (mode 0600)
    --rate=HZ            looks a second until a viewer chooses (${DEFAULT_RATE_HZ}; ${MIN_RATE_HZ} to ${MAX_RATE_HZ})
    --unsafe-path        as root, run even from a folder that others can write

  procmap open         print a fresh one-time link of the running daemon
    --port=N             of the daemon at that port, where several run

  procmap --version, --ver   print the version
  procmap --help, -h         print this
`;

const COMMON = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' }, ver: { type: 'boolean' } } as const;
const SERVE = {
  port: { type: 'string', default: String(DEFAULT_PORT) },
  host: { type: 'string', default: DEFAULT_HOST },
  'allow-host': { type: 'string', multiple: true, default: [] as string[] },
  'token-file': { type: 'string' },
  rate: { type: 'string', default: DEFAULT_RATE_HZ },
  'unsafe-path': { type: 'boolean', default: false },
} as const;
const OPEN = { port: { type: 'string' } } as const;

/** argv without node and script -> what to do. Throws a Fault of status 2 on anything that is not documented in HELP. */
export function parseOptions(argv: readonly string[]): Options {
  const [verb, ...rest] = argv;
  if (verb === 'serve') return parseServe(rest);
  if (verb === 'open') return parseOpen(rest);
  if (verb === undefined) throw usageFault('say what to do: procmap serve');
  if (!verb.startsWith('-')) throw usageFault(`unknown command '${verb}'`);
  const values = strictly(argv, COMMON);
  return values.help === true ? { verb: 'help' } : { verb: 'version' };
}

function parseServe(argv: readonly string[]): Options {
  const values = strictly(argv, { ...COMMON, ...SERVE });
  if (values.help === true) return { verb: 'help' };
  if (values.version === true || values.ver === true) return { verb: 'version' };
  if (values['token-file'] === '') throw usageFault('--token-file needs the name of a file');
  return {
    verb: 'serve',
    port: parsePort(values.port),
    host: parseHost(values.host),
    tokenFile: values['token-file'] ?? null,
    rateHz: parseRate(values.rate),
    allowHosts: values['allow-host'].map(parseHostName),
    unsafePath: values['unsafe-path'],
  };
}

function parseOpen(argv: readonly string[]): Options {
  const values = strictly(argv, { ...COMMON, ...OPEN });
  if (values.help === true) return { verb: 'help' };
  if (values.version === true || values.ver === true) return { verb: 'version' };
  return { verb: 'open', port: values.port === undefined ? null : parsePort(values.port) };
}

/** parseArgs() with its errors, which run over several sentences, cut to one line. */
function strictly<const T extends NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>>(argv: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/);
    throw usageFault(sentence.replace(/^./, (letter) => letter.toLowerCase()));
  }
}

function parsePort(text: string): number {
  if (!/^[0-9]{1,5}$/.test(text) || Number(text) > MOST_PORT) throw usageFault(`--port must be a number from 0 to ${MOST_PORT}, not '${text}'`);
  return Number(text);
}

function parseHost(text: string): string {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (bare !== 'localhost' && isIP(bare) === 0) throw usageFault(`--host must be an IP address or localhost, not '${text}'`);
  return bare;
}

function parseRate(text: string): number {
  const rate = /^[0-9]{1,3}(\.[0-9]{1,3})?$/.test(text) ? Number(text) : NaN;
  if (!(rate >= MIN_RATE_HZ && rate <= MAX_RATE_HZ)) throw usageFault(`--rate must be a number from ${MIN_RATE_HZ} to ${MAX_RATE_HZ}, not '${text}'`);
  return rate;
}

/** RFC 1123 labels, as a Host header has them; lower case. */
function parseHostName(text: string): string {
  const name = text.toLowerCase();
  if (name.length > 253 || !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/.test(name))
    throw usageFault(`--allow-host must be a host name without a port, not '${text}'`);
  return name;
}
