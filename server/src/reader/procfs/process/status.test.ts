import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseStatus } from './status.ts';

/** Escapes newline and backslash like proc_task_name() of the kernel. */
function nameLine(name: string): string {
  return `Name:\t${name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`;
}

const NONE = { vsizeKb: null, rssKb: null, hugetlbKb: null };
const id = fc.nat(2 ** 31 - 1);

it('takes the effective uid and the sizes, whatever the process calls itself', () => {
  const name = fc.oneof(fc.string({ maxLength: 15 }), fc.constantFrom('\nUid:\t0\t0\t0\t0', 'Uid:\t0\t0', '\nVmSize:\t7 kB', '\tx\n', 'VmRSS:\t9'));
  fc.assert(
    fc.property(name, id, fc.tuple(id, id, id, id), fc.nat(), fc.nat(), fc.nat(), (text, tgid, uids, vsizeKb, rssKb, hugetlbKb) => {
      const sizes = `VmPeak:\t 99 kB\nVmSize:\t${String(vsizeKb).padStart(8)} kB\nVmHWM:\t 98 kB\nVmRSS:\t${String(rssKb).padStart(8)} kB\nHugetlbPages:\t${String(hugetlbKb).padStart(8)} kB\n`;
      const status = `${nameLine(text)}Umask:\t0022\nState:\tS (sleeping)\nTgid:\t${tgid}\nPPid:\t1\nUid:\t${uids.join('\t')}\nGid:\t5\t6\t7\t8\n${sizes}Threads:\t3\n`;
      expect(parseStatus(Buffer.from(status))).toEqual({ tgid, uid: uids[1], vsizeKb, rssKb, hugetlbKb });
    }),
  );
});

it('has no sizes without an address space', () => {
  expect(parseStatus(Buffer.from('Name:\tkthreadd\nTgid:\t2\nUid:\t1\t2\t3\t4\nThreads:\t1\n'))).toEqual({ tgid: 2, uid: 2, ...NONE });
  for (const text of ['', '7777777777 7777777777\t7']) expect(parseStatus(Buffer.from(text))).toEqual({ tgid: 0, uid: 0, ...NONE });
});

it('has no negative figure, whatever the text', () =>
  expect(parseStatus(Buffer.from('\nUid:\t-1\t-2\nVmRSS:\t-1\nVmSize:\t1e9 kB\nTgid:\t0x10\n'))).toEqual({ tgid: 0, uid: 0, ...NONE, vsizeKb: 1 }));

it('of this process agrees with Node', () => {
  const { uid, vsizeKb, rssKb: told } = parseStatus(readFileSync('/proc/self/status'));
  const rssKb = told ?? NaN;
  expect(uid).toBe(process.geteuid?.());
  // Resident pages vary; a quarter is precise enough to identify the line.
  expect(Math.abs(rssKb * 1024 - process.memoryUsage.rss()) / (rssKb * 1024)).toBeLessThan(0.25);
  expect(vsizeKb).toBeGreaterThan(rssKb);
});
