import { readAddressLine } from './address-line.ts';
import { type Address, type Bytes, parseAddress, subtractBytes, addBytes, compareBytes } from '../page.ts';

/** A place as named by a crash log, a kernel message or a debugger. */
export interface PastedPlace {
  /** In the process at that time; null: only the place in a file is named. */
  readonly address: Address | null;
  /** Length of a range; else null. */
  readonly length: Bytes | null;
  /** The place in a file, valid wherever the file is mapped now; null when it is not named. */
  readonly inFile: PlaceInFile | null;
}

export interface PlaceInFile {
  /** As written: a path, or its last part. */
  readonly name: string;
  readonly offset: Bytes;
  /**
   * The origin of the offset: the load address of the file (as debuggers, backtraces and addr2line count), the start of
   * the file, or of its executable mapping.
   */
  readonly from: 'load address' | 'file' | 'executable mapping';
}

/** Longer text is not a line of a log, and would slow down the expressions below. */
export const MAX_CHARS = 4096;

const ADDRESS = String.raw`(?:0x)?[0-9a-f]{4,16}`;
/**
 * `app[12]: segfault at 8 ip 00007f.. sp .. error 4 in libc.so.6[7f..+1d5000]`; from Linux 6.11 on
 * `[167ad8,7f..+1d5000]`, which begins with the offset of ip in the file (print_vma_addr() of mm/memory.c). `app` is
 * the process's own name, which may even be `ip 1234 in a`: only the last bracket can follow ip.
 */
const FAULT = new RegExp(String.raw`\bip[: ]\s*(${ADDRESS})\b[^[]{0,100}?\bin (\S[^[]{0,300}?)\[(?:([0-9a-f]+),)?([0-9a-f]+)\+([0-9a-f]+)\]`, 'i');
/** The end of such a line. */
const MAPPED = /^(?:.*\bin\s+)?(\S.*?)\[(?:([0-9a-f]+),)?([0-9a-f]+)\+([0-9a-f]+)\](?: likely on .*)?$/i;
/** backtrace(3): `/lib/libc.so.6(+0x29d90) [0x7f..]`. A symbol before the plus is then the origin of the offset. */
const BACKTRACE = /^(\S.*?)\(([^()]*)\+(0x[0-9a-f]+)\)\s*\[(0x[0-9a-f]+)\]/i;
/**
 * gdb, sanitizers: `#3  0x00007f.. in f () from /lib/libc.so.6`, `#3 0x7f.. (/lib/libc.so.6+0x29d90)`; coredumpctl puts
 * spaces around the plus.
 */
const FRAME = /^#\d+\s+(0x[0-9a-f]+)\b/i;
const IN_PARENTHESES = /\(([^()\s][^()]*?)\s*\+\s*(0x[0-9a-f]+)\)/i;
/** Java's crash report: `# C  [libc.so.6+0x16d9a0]  strlen+0x20` */
const JAVA_FRAME = /^(?:#\s*)?[CVJjvA]\s+\[([^[\]]+)\+(0x[0-9a-f]+)\]/;
/** `libc.so.6+0x1d3000` */
const IN_FILE = /^(\S.*?)\s*\+\s*(0x[0-9a-f]+)$/i;
/** Go counts from the function, in a line that names a source file, which is not mapped. */
const IN_SOURCE = /:\d+$/;
/** WinDbg writes 64 bits in two halves. */
const HALVES = /^(?:0x)?([0-9a-f]{1,8})`([0-9a-f]{8})$/i;

/** null for any other text, including a bare address. */
export function readPastedPlace(typed: string): PastedPlace | null {
  const text = typed.trim();
  if (text.length > MAX_CHARS) return null;
  return fault(text) ?? backtrace(text) ?? frame(text) ?? mapped(text) ?? halves(text) ?? javaFrame(text) ?? addressLine(text) ?? inFile(text);
}

function fault(text: string): PastedPlace | null {
  const [, ip = '', name = '', fileOffset, base = '', size = ''] = FAULT.exec(text) ?? [];
  const [address, start, length] = [ip, base, size].map(parseAddress);
  if (!address || !start || !length) return null;
  // The mapping contains the address.
  if (compareBytes(address, start) < 0 || compareBytes(address, addBytes(start, length)) >= 0) return { address, length: null, inFile: null };
  const place = placeInFile(name, fileOffset) ?? { name, offset: subtractBytes(address, start), from: 'executable mapping' };
  return { address, length: null, inFile: place };
}

function placeInFile(name: string, fileOffset: string | undefined): PlaceInFile | null {
  const offset = parseAddress(fileOffset ?? '');
  return offset === null ? null : { name, offset, from: 'file' };
}

function backtrace(text: string): PastedPlace | null {
  const [, name = '', symbol = '', offset = '', at = ''] = BACKTRACE.exec(text) ?? [];
  const address = parseAddress(at);
  return address === null ? null : { address, length: null, inFile: symbol === '' ? placeOf(name, offset) : null };
}

function frame(text: string): PastedPlace | null {
  const address = parseAddress(FRAME.exec(text)?.[1] ?? '');
  if (address === null) return null;
  const [, name = '', offset = ''] = IN_PARENTHESES.exec(text) ?? [];
  return { address, length: null, inFile: placeOf(name, offset) };
}

function mapped(text: string): PastedPlace | null {
  const [, name = '', fileOffset, base = '', size = ''] = MAPPED.exec(text) ?? [];
  const [address, length] = [base, size].map(parseAddress);
  return address && length ? { address, length, inFile: placeInFile(name, fileOffset) } : null;
}

function halves(text: string): PastedPlace | null {
  const [, high = '', low = ''] = HALVES.exec(text) ?? [];
  const address = parseAddress(high + low);
  return address === null ? null : { address, length: null, inFile: null };
}

function javaFrame(text: string): PastedPlace | null {
  const [, name = '', offset = ''] = JAVA_FRAME.exec(text) ?? [];
  const place = placeOf(name, offset);
  return place === null ? null : { address: null, length: null, inFile: place };
}

function addressLine(text: string): PastedPlace | null {
  const line = readAddressLine(text);
  return line === null ? null : { ...line, inFile: null };
}

function inFile(text: string): PastedPlace | null {
  const [, name = '', offset = ''] = IN_FILE.exec(text) ?? [];
  // `0x7f..+0x10` is a sum.
  const place = parseAddress(name) === null && !IN_SOURCE.test(name) ? placeOf(name, offset) : null;
  return place === null ? null : { address: null, length: null, inFile: place };
}

function placeOf(name: string, offset: string): PlaceInFile | null {
  const at = parseAddress(offset);
  return name === '' || at === null ? null : { name, offset: at, from: 'load address' };
}
