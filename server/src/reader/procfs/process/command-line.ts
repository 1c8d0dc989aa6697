import { closeSync, openSync, readSync } from 'node:fs';
import { escapeBytes } from '@procmap/shared/text/escape.ts';
import { beat } from '../../../common/beat.ts';
import { liveFile, type Teller } from './live-file.ts';

/** The current command line of a process, each argument escaped. */
export interface CommandLine {
  /**
   * If bytes were left out, one argument contains `…` between the part from the beginning and the part from the end.
   */
  readonly argv: readonly string[];
  readonly omittedBytes: number;
}

/**
 * Bytes kept from the beginning and the end of a longer command line. The main class of a Java server comes after
 * kilobytes of class path.
 */
const HEAD_BYTES = 3072;
const TAIL_BYTES = 1024;
const WHOLE_BYTES = HEAD_BYTES + TAIL_BYTES;
/** The kernel's limit for a command line (_STK_LIM / 4 * 3). */
const MAX_BYTES = 8 * 1024 * 1024;
const NUL = 0;
const PLAIN = /^[\0\x20-\x5b\x5d-\x7e]*$/;

const buffer = Buffer.allocUnsafeSlow(WHOLE_BYTES + 1);
const probe = Buffer.allocUnsafeSlow(1);

/**
 * Throws the system's error. The kernel takes the process's mmap_lock for this, since it reads the memory of the
 * process.
 */
export function readCommandLine(pid: number, teller: Teller): CommandLine {
  const path = liveFile(pid, teller, 'cmdline');
  beat();
  const file = openSync(path, 'r');
  try {
    const count = readSync(file, buffer, 0, buffer.length, null);
    if (count <= WHOLE_BYTES) return { argv: argumentsOf(buffer.subarray(0, count)), omittedBytes: 0 };
    const head = withoutCutEnd(buffer.subarray(0, HEAD_BYTES));
    const length = lengthOf(file);
    const headArguments = argumentsOf(head);
    const tail = withoutCutBeginning(buffer.subarray(0, readSync(file, buffer, 0, TAIL_BYTES, length - TAIL_BYTES)));
    const tailArguments = argumentsOf(tail);
    const middle = `${headArguments.at(-1) ?? ''}…${tailArguments[0] ?? ''}`;
    return { argv: [...headArguments.slice(0, -1), middle, ...tailArguments.slice(1)], omittedBytes: length - head.length - tail.length };
  } finally {
    closeSync(file);
  }
}

/**
 * Finds the length by a binary search with single bytes: stat(2) reports 0, and reading up to megabytes only for their
 * end takes too long. The file has at least WHOLE_BYTES + 1 bytes.
 */
function lengthOf(file: number): number {
  const has = (at: number): boolean => readSync(file, probe, 0, 1, at) === 1;
  let last = WHOLE_BYTES;
  let beyond = 2 * WHOLE_BYTES;
  while (beyond < MAX_BYTES && has(beyond)) {
    last = beyond;
    beyond *= 2;
  }
  while (beyond - last > 1) {
    const middle = (last + beyond) >>> 1;
    if (has(middle)) last = middle;
    else beyond = middle;
  }
  return beyond;
}

/** Splits at NULs. Drops those at the end: a title written over the arguments leaves many. */
function argumentsOf(bytes: Buffer): string[] {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === NUL) end--;
  if (end === 0) return [];
  const text = bytes.toString('latin1', 0, end);
  if (PLAIN.test(text)) return text.split('\0');
  const all: string[] = [];
  for (let from = 0; from <= end;) {
    const next = bytes.indexOf(NUL, from);
    const to = next < 0 || next > end ? end : next;
    all.push(escapeBytes(bytes.subarray(from, to)));
    from = to + 1;
  }
  return all;
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Drops an incomplete character at the end, which would be shown as bytes. */
function withoutCutEnd(bytes: Buffer): Buffer {
  let lead = bytes.length - 1;
  while (lead > bytes.length - 4 && isContinuation(bytes[lead])) lead--;
  const first = bytes[lead] ?? 0;
  const needed = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return lead + needed > bytes.length ? bytes.subarray(0, lead) : bytes;
}

function withoutCutBeginning(bytes: Buffer): Buffer {
  let from = 0;
  while (from < 3 && isContinuation(bytes[from])) from++;
  return bytes.subarray(from);
}
