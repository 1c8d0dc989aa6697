import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';

/**
 * Figures of a process from the kernel's own files, parsed in the simplest way, to compare every figure of procmap
 * with. Texts are byte strings.
 */

/** Reads a file of a process, from a living thread if its first one has ended. */
export function fileOfProcess(pid: number, file: string): string {
  return readFileSync(`${folderOf(pid)}/${file}`, 'latin1');
}

function folderOf(pid: number): string {
  const isLiving = (folder: string): boolean => !/^State:\t[ZX]/m.test(readFileSync(`${folder}/status`, 'latin1'));
  const own = `/proc/${pid}`;
  if (isLiving(own)) return own;
  return (
    readdirSync(`${own}/task`)
      .map((tid) => `${own}/task/${tid}`)
      .find(isLiving) ?? own
  );
}

/** Sum of a figure over all blocks of status, smaps or smaps_rollup, in KB; null if none has it. */
export function kbOf(text: string, label: string): number | null {
  const lines = text.matchAll(new RegExp(`^${label}:\\s+([0-9]+) kB$`, 'gm'));
  return Array.from(lines, ([, kb]) => Number(kb)).reduce<number | null>((sum, kb) => (sum ?? 0) + kb, null);
}

/** Sums of a process in KB, as each interface of procmap shows them; null if the kernel does not tell. */
export interface Sums {
  readonly vsz: number | null;
  readonly rss: number | null;
  readonly hugetlb: number | null;
  readonly inMemory: number | null;
  readonly swap: number | null;
  readonly uss: number | null;
  readonly pss: number | null;
  readonly smemRss: number | null;
}

/** From status and the rows of smaps; PSS from the kernel's sum, since it keeps fractions. */
export function kernelSums(pid: number): Sums {
  const [status, smaps, rollup] = ['status', 'smaps', 'smaps_rollup'].map((file) => fileOfProcess(pid, file)) as [string, string, string];
  const both = (text: string, one: string, other: string): number | null => {
    const [a, b] = [kbOf(text, one), kbOf(text, other)];
    return a === null || b === null ? null : a + b;
  };
  const [rss, hugetlb] = [kbOf(status, 'VmRSS'), both(smaps, 'Private_Hugetlb', 'Shared_Hugetlb')];
  return {
    vsz: kbOf(status, 'VmSize'),
    rss,
    hugetlb,
    inMemory: rss === null || hugetlb === null ? null : rss + hugetlb,
    swap: kbOf(smaps, 'Swap'),
    uss: both(smaps, 'Private_Clean', 'Private_Dirty'),
    pss: kbOf(rollup, 'Pss'),
    smemRss: kbOf(smaps, 'Rss'),
  };
}

/** A mapping in smaps. */
export interface KernelMapping {
  readonly start: bigint;
  readonly end: bigint;
  /** As `rw-p`. */
  readonly perms: string;
  readonly device: string;
  readonly inode: string;
  readonly offset: bigint;
  readonly flags: string;
  /** The text for kbOf(). */
  readonly block: string;
}

export function kernelMappings(pid: number): KernelMapping[] {
  return mappingsOf(fileOfProcess(pid, 'smaps'));
}

export function mappingsOf(smaps: string): KernelMapping[] {
  return smaps
    .split(/^(?=[0-9a-f]+-[0-9a-f]+ [r-])/m)
    .filter((block) => block !== '')
    .map((block) => {
      const [, start = '', end = '', perms = '', offset = '', device = '', inode = ''] =
        /^([0-9a-f]+)-([0-9a-f]+) (....) (\S+) (\S+) ([0-9]+)/.exec(block) ?? [];
      const flags = /^VmFlags: (.*)$/m.exec(block)?.[1]?.trim() ?? '';
      return { start: BigInt(`0x${start}`), end: BigInt(`0x${end}`), perms, offset: BigInt(`0x${offset}`), device, inode, flags, block };
    });
}

/** The mapping that starts there. */
export function kernelMapping(pid: number, start: bigint): KernelMapping {
  const mapping = kernelMappings(pid).find((each) => each.start === start);
  if (mapping === undefined) throw new Error(`process ${pid} has no mapping at ${start.toString(16)}`);
  return mapping;
}

export const PAGEMAP = { present: 1n << 63n, swapped: 1n << 62n, file: 1n << 61n, guard: 1n << 58n, exclusive: 1n << 56n } as const;

/** Entries of pagemap for this many pages. */
export function pagemapOf(pid: number, start: bigint, pages: number): BigUint64Array<ArrayBuffer> {
  const entries = new BigUint64Array(pages);
  const file = openSync(`${folderOf(pid)}/pagemap`, 'r');
  try {
    // Above the process's address space there are none.
    readSync(file, entries, 0, entries.byteLength, (start / 4096n) * 8n);
  } finally {
    closeSync(file);
  }
  return entries;
}
