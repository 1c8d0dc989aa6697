import { type Intervals, tile } from '@procmap/shared/intervals.ts';
import { type KernelHalf, NO_KERNEL_HALF } from '@procmap/shared/kernel-half.ts';
import { rangeParts } from '@procmap/shared/kernel-parts.ts';
import { Kind } from '@procmap/shared/kind.ts';
import type { Layout } from '@procmap/shared/layout.ts';
import { PERM_EXEC, PERM_READ, PERM_WRITE } from '@procmap/shared/perms.ts';
import { allocateTable, type MappingTable } from '@procmap/shared/region.ts';
import { ANON_LINE, LAYOUT_64, tableOf as sharedTableOf } from '@procmap/shared/table.fixture.ts';

/** Maps for tests, written by hand or generated from a seed, without /proc. */
export { LAYOUT_64 };

export interface Line {
  start: number;
  end: number;
  name?: string;
  perms?: number;
  kind?: number;
  inode?: number;
}

const encoder = new TextEncoder();

/** Lines may come in any order; they must not overlap. Each path is another file. */
export function tableOf(lines: readonly Line[]): MappingTable {
  const sorted = [...lines].sort((a, b) => a.start - b.start);
  const names = ['', ...new Set(sorted.map(({ name = '' }) => name).filter((name) => name !== ''))];
  const full = sorted.map(({ name = '', inode, ...line }) => {
    const inodeLow = inode ?? (name.startsWith('/') ? names.indexOf(name) : 0);
    return { ...ANON_LINE, ...line, name: String.fromCharCode(...encoder.encode(name)), inodeLow };
  });
  return sharedTableOf(full);
}

export function intervalsOf(lines: readonly Line[], layout: Layout = LAYOUT_64, half: KernelHalf = NO_KERNEL_HALF): Intervals {
  return tile(tableOf(lines), layout, rangeParts(half, layout));
}

/** A small seeded generator (mulberry32): always the same map. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The five mappings of a file, adjacent, from `start`. */
export function library(name: string, start: number, textPages: number): Line[] {
  const sizes = [16, textPages, 40, 4, 2];
  const perms = [PERM_READ, PERM_READ | PERM_EXEC, PERM_READ, PERM_READ, PERM_READ | PERM_WRITE];
  const kinds = [Kind.rodata, Kind.text, Kind.rodata, Kind.rodata, Kind.data];
  let at = start;
  return sizes.map((size, i) => ({ name, start: at, end: (at += size), perms: perms[i] ?? 0, kind: kinds[i] ?? 0 }));
}

/** Shared memory below this many adjacent libraries with their bss, as in a database server. */
export function librariesMap(count: number): Line[] {
  const lines: Line[] = [{ start: 0x7_0000_0000, end: 0x7_0001_166e, name: '/dev/zero (deleted)', kind: Kind.shmem }];
  for (let k = 0; k < count; k++) {
    const at = lines.at(-1)?.end ?? 0;
    lines.push(...library(`/usr/lib/x86_64-linux-gnu/lib${'library'.slice(0, 1 + (k % 7))}${k}.so.${k}`, at, 20 + 7 * k));
    const end = lines.at(-1)?.end ?? 0;
    if (k % 2 === 0) lines.push({ start: end, end: end + 1 + (k % 5), kind: Kind.anon });
  }
  return lines;
}

/** A typical node process: program, heap, 186 V8 mappings across 128 TB, libraries, stack, vdso, vsyscall. */
export function nodeMap(seed = 1): Line[] {
  const next = random(seed);
  const lines = [...library('/usr/bin/node', 0x400, 7000), { start: 0x5000, end: 0x8000, name: '[heap]', kind: Kind.heap }];
  const scattered = Array.from({ length: 186 }, () => 0x1_0000 + Math.floor(next() * 0x7_f000_0000)).sort((a, b) => a - b);
  lines.push(...scattered.map((start) => ({ start, end: start + 64 })));
  let at = 0x7_f92a_0000;
  for (let i = 0; i < 20; i++, at += 2300) lines.push({ start: at, end: at + 2000 });
  for (const name of ['libc.so.6', 'libstdc++.so.6', 'libm.so.6', 'libgcc_s.so.1', 'ld-linux-x86-64.so.2']) {
    const lib = library(`/usr/lib/${name}`, at, 100 + Math.floor(next() * 400));
    lines.push(...lib);
    at = (lib.at(-1)?.end ?? at) + 3;
    lines.push({ start: at, end: at + 4 });
    at += 8;
  }
  lines.push({ start: 0x7_ffe2_d000, end: 0x7_ffe2_d021, name: '[stack]', kind: Kind.stack });
  lines.push({ start: 0x7_ffe2_d0f0, end: 0x7_ffe2_d0f2, name: '[vdso]', kind: Kind.vdso, perms: PERM_READ | PERM_EXEC });
  lines.push({ start: 0xf_ffff_ffff_f600, end: 0xf_ffff_ffff_f601, name: '[vsyscall]', kind: Kind.vsyscall, perms: PERM_EXEC });
  return lines;
}

/**
 * n mappings of one or two pages with gaps of one page, built directly as typed arrays for large counts. With `named`,
 * every other one has its own name.
 */
export function manyMappings(n: number, named = false): Intervals {
  const table = allocateTable(n);
  let at = 0x7_0000_0000;
  for (let i = 0; i < n; i++) {
    table.start[i] = at;
    table.end[i] = at + 1 + (i % 3 === 0 ? 1 : 0);
    table.perms[i] = i % 7 === 0 ? PERM_READ : PERM_READ | PERM_WRITE;
    table.kind[i] = named && i % 2 === 0 ? Kind.file : Kind.anon;
    table.inodeLow[i] = named && i % 2 === 0 ? i + 1 : 0;
    at += 3;
  }
  return tile(table, LAYOUT_64);
}
