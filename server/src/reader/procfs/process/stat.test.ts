import { readFileSync } from 'node:fs';
import { escapeBytes } from '@procmap/shared/text/escape.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isZombie, parseStat } from './stat.ts';

/** In the format of do_task_stat() in fs/proc/array.c: 52 fields, with comm unescaped in parentheses. */
function statText(pid: number, comm: Uint8Array, state: string, fields: Readonly<Record<number, number>>): Buffer {
  const rest = Array.from({ length: 49 }, (_, i) => String(fields[i + 4] ?? -7 * i));
  return Buffer.concat([Buffer.from(`${pid} (`), comm, Buffer.from(`) ${state} ${rest.join(' ')}\n`)]);
}

const STATES = Array.from('RSDZTtXxKWPI');
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const comm = fc.oneof(
  fc.uint8Array({ maxLength: 15 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom('', ')', '(', ') R 1 2', 'a\n) Z 0 (', ') X 9 9 9 9 9', '\n\n', '(sd-pam)', '\x1b[2J', '\xe2\x80').map(latin1),
);

describe('stat', () => {
  it('is read right whatever the process calls itself', () =>
    fc.assert(
      fc.property(comm, fc.constantFrom(...STATES), fc.nat(), fc.nat(4_194_304), fc.nat(), fc.maxSafeNat(), (name, state, ppid, threads, flags, start) => {
        expect(parseStat(statText(4321, name, state, { 4: ppid, 9: flags, 20: threads, 22: start }))).toEqual({
          comm: escapeBytes(name),
          state,
          ppid,
          kernelThread: (flags & 0x0020_0000) !== 0,
          threads,
          startTime: start,
        });
      }),
    ));

  it('of this process agrees with Node', () => {
    expect(parseStat(readFileSync('/proc/self/stat'))).toMatchObject({ ppid: process.ppid, kernelThread: false });
    expect(parseStat(readFileSync('/proc/self/stat'))?.threads).toBeGreaterThan(1);
  });

  it.each(['', '\n', '1', '1 (a', 'a) R 1', ')(', '1 (a) R 1 1', '1 (a) RR 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0', '1 (a)'])('is none in %j', (text) =>
    expect(parseStat(latin1(text))).toBeNull(),
  );

  it('is null if it is cut before the start time', () => {
    const whole = statText(1, latin1('x'), 'S', { 22: 555 });
    const startAt = whole.indexOf(' 555 ') + 1;
    for (let length = 0; length < startAt; length++) expect(parseStat(whole.subarray(0, length))).toBeNull();
    expect(parseStat(whole.subarray(0, startAt + 3))?.startTime).toBe(555);
  });

  it('recognises ended processes by their state alone', () => {
    const states = STATES.filter((state) => isZombie({ state }));
    expect(states).toEqual(['Z', 'X', 'x']);
  });
});
