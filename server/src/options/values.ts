import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { escapeText } from '@procmap/shared/text/escape.ts';
import { MAX_RATE_HZ, MIN_RATE_HZ } from '@procmap/shared/rate.ts';
import { usageFault } from '../common/fault.ts';

// Parsers for option values. Each throws a Fault of status 2 that names the option and its valid values.

/**
 * Users whose programs may connect, besides root's. `own`: the user who ran sudo or, without sudo, the one who starts
 * the daemon.
 */
type PeerRule = readonly number[] | 'own' | 'any';

export const MIN_WIDTH = 48;
export const MAX_WIDTH = 500;
const MAX_PORT = 65_535;
/** (uid_t)-1 is no user (setuid(2)). */
const MAX_UID = 0xffff_fffe;

/** Parsed as text: Number() would also accept `1e3` and `0x1`. */
export function parsePid(text: string): number {
  if (!/^[1-9][0-9]{0,9}$/.test(text)) throw usageFault(`--pid must be a process id, not '${escapeText(text)}'`);
  return Number(text);
}

export function parseFormat(text: string): 'text' | 'json' | 'csv' {
  if (text !== 'text' && text !== 'json' && text !== 'csv') throw usageFault(`--format must be text, json or csv, not '${escapeText(text)}'`);
  return text;
}

export function parseWidth(text: string): number {
  const width = /^[0-9]{1,3}$/.test(text) ? Number(text) : NaN;
  if (!(width >= MIN_WIDTH && width <= MAX_WIDTH))
    throw usageFault(`--width must be a number of columns from ${MIN_WIDTH} to ${MAX_WIDTH}, not '${escapeText(text)}'`);
  return width;
}

export function parsePort(text: string, least = 0): number {
  if (!/^[0-9]{1,5}$/.test(text) || Number(text) < least || Number(text) > MAX_PORT)
    throw usageFault(`--port must be a number from ${least} to ${MAX_PORT}, not '${escapeText(text)}'`);
  return Number(text);
}

export function parseHost(text: string): string {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (bare !== 'localhost' && isIP(bare) === 0) throw usageFault(`--host must be an IP address or localhost, not '${escapeText(text)}'`);
  if (bare.includes('%')) throw usageFault(`--host must be an address that a browser can open, without a zone, not '${escapeText(text)}'`);
  return bare;
}

export function parseTickShare(text: string): number {
  if (!/^[1-9][0-9]?$|^100$/.test(text)) throw usageFault(`--tick-share must be a percentage of a core from 1 to 100, not '${escapeText(text)}'`);
  return Number(text);
}

/** An absolute path. */
export function parseFile(option: string, text: string): string {
  if (text === '') throw usageFault(`--${option} needs the name of a file`);
  return resolve(text);
}

export function parsePeers(texts: readonly string[]): PeerRule {
  if (texts.length === 0) return 'own';
  const numbers = texts.filter((text) => text !== 'any');
  const uids = numbers.map((text) => {
    if (!/^(0|[1-9][0-9]{0,9})$/.test(text) || Number(text) > MAX_UID) throw usageFault(`--peer-uid must be a user id, or any; not '${escapeText(text)}'`);
    return Number(text);
  });
  return numbers.length < texts.length ? 'any' : uids;
}

export function parseRate(text: string): number {
  const rate = /^[0-9]{1,3}(\.[0-9]{1,3})?$/.test(text) ? Number(text) : NaN;
  if (!(rate >= MIN_RATE_HZ && rate <= MAX_RATE_HZ))
    throw usageFault(`--rate must be a number from ${MIN_RATE_HZ} to ${MAX_RATE_HZ}, not '${escapeText(text)}'`);
  return rate;
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** `90s`, `10m`, `1.5h`; without a unit seconds. In ms. */
export function parseDuration(text: string): number {
  const [, number = '', unit = 's'] = /^([0-9]{1,6}(?:\.[0-9]{1,3})?)([smh])?$/.exec(text) ?? [];
  if (number === '') throw usageFault(`--for must be a time such as 90s, 10m or 2h, not '${escapeText(text)}'`);
  return Number(number) * (UNITS[unit] ?? 1000);
}

/** A process name as ps(1) prints it: at most 15 bytes, except for kernel threads. `*` stands for any characters. */
export function parseMatch(text: string): string {
  if (!/^[\x20-\x7e]{1,64}$/.test(text))
    throw usageFault(`--metrics-match must be a process name as ps prints it, where * stands for any characters; not '${escapeText(text)}'`);
  return text;
}

/** A host name (RFC 1123), as in a Host header; lower case. */
export function parseHostName(text: string): string {
  const name = text.toLowerCase();
  if (name.length > 253 || !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/.test(name))
    throw usageFault(`--allow-host must be a host name without a port, not '${escapeText(text)}'`);
  return name;
}

const OUT = new Set(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']);

/**
 * Treats other names of standard output as `-`. Opened a second time, the file would be overwritten from its beginning.
 */
export function parseFileName(option: string, text: string): string {
  if (text === '') throw usageFault(`--${option} needs the name of a file`);
  return OUT.has(text) ? '-' : text;
}
