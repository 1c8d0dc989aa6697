import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tile } from '@procmap/shared/intervals.ts';
import { summarise } from '@procmap/shared/figures/summary.ts';
import { Kind } from '@procmap/shared/kind.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '@procmap/shared/perms.ts';
import { LAYOUT_64, manyLines, tableOf } from '@procmap/shared/table.fixture.ts';
import { MEMORY } from '../../../test/fake-reader-link.ts';
import type { FleetMember } from './fleet.ts';
import type { UseMemory } from './fleet-uses.ts';
import { metricsText } from './metrics.ts';

/** Without a process, too, all metrics have a type. */
const METRIC_NAMES = [...(await metricsText('1.2.3', { members: [], leftOut: 0 })).text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name);

const summary = summarise(tile(tableOf(manyLines(10)), LAYOUT_64));
const MEMBER: FleetMember = {
  pid: 7,
  comm: 'x',
  summary,
  mapped: new Map(),
  memory: null,
  memoryAgeMs: null,
  useMemory: null,
  useAgeMs: null,
  headroom: null,
  readMs: 2,
};
const USE_MEMORY: UseMemory = {
  rows: [
    { use: 'library', residentKb: 24, swapKb: 8 },
    { use: null, residentKb: 4, swapKb: 0 },
  ],
  readMs: 5,
};

it('is OpenMetrics: a type and a help for each, an end, names as Prometheus has them', async () => {
  const { type, text } = await metricsText('1.2.3', {
    members: [{ ...MEMBER, mapped: new Map([['file', 10]]), memory: MEMORY, memoryAgeMs: 2500, useMemory: USE_MEMORY, useAgeMs: 1500, headroom: 5 }],
    leftOut: 3,
  });
  expect(type).toMatch(/^application\/openmetrics-text; *version=1\.0\.0; *charset=utf-8$/);
  expect(text.endsWith('\n# EOF\n')).toBe(true);
  expect(METRIC_NAMES.length).toBeGreaterThan(20);
  for (const name of METRIC_NAMES) {
    expect(name).toMatch(/^procmap_[a-z_]+$/);
    expect(text).toContain(`# TYPE ${name} gauge\n`);
    expect(text).toMatch(new RegExp(`^${name}(\\{[^}]*\\})? [0-9.e+-]+$`, 'm'));
  }
  expect(text).toContain('procmap_process_mappings{pid="7",comm="x"} 10\n');
  expect(text).toContain('procmap_process_proportional_memory_bytes{pid="7",comm="x"} 30720\n');
  expect(text).toContain('procmap_process_memory_age_seconds{pid="7",comm="x"} 2.5\n');
  expect(text).toContain('procmap_metrics_processes_left_out 3\n');
  expect(text).toContain('procmap_info{version="1.2.3"} 1\n');
});

it.each([
  ['page 0', [{ start: 0, end: 1 }], { page_zero_mapped: 1, writable_executable_views: 0 }],
  [
    'memory that is written and executed in two views',
    [
      { start: 16, end: 18, perms: PERM_READ | PERM_WRITE | PERM_SHARED, kind: Kind.shmem, device: 1, inodeLow: 7, name: '/memfd:jit (deleted)' },
      { start: 20, end: 22, perms: PERM_READ | PERM_EXEC | PERM_SHARED, kind: Kind.shmem, device: 1, inodeLow: 7, name: '/memfd:jit (deleted)' },
    ],
    { page_zero_mapped: 0, writable_executable_views: 2 },
  ],
])('tells of %s, an alarm on the page', async (_, rows, expected) => {
  const line = { offset: 0, perms: PERM_READ, kind: Kind.anon, device: 0, inodeLow: 0, inodeHigh: 0, name: '' };
  const of = summarise(tile(tableOf(rows.map((row) => ({ ...line, ...row }))), LAYOUT_64));
  const { text } = await metricsText('1', {
    members: [{ ...MEMBER, summary: of }],
    leftOut: 0,
  });
  for (const [name, value] of Object.entries(expected)) expect(text).toContain(`procmap_process_${name}{pid="7",comm="x"} ${value}\n`);
});

it('mentions the fallback for all metrics from smaps_rollup', async () => {
  const { text } = await metricsText('1', { members: [], leftOut: 0 });
  const helps = text.split('\n').filter((line) => line.startsWith('# HELP') && line.includes('smaps_rollup'));
  expect(helps.length).toBe(2);
  for (const help of helps) expect(help).toContain('On a kernel without that file: the sum of smaps.');
});

it('keeps a name within its quotes, whatever is in it', async () => {
  const comm = 'a"} 1\nevil{x="\\';
  const { text } = await metricsText('1', {
    members: [{ ...MEMBER, comm }],
    leftOut: 0,
  });
  expect(text).toContain('procmap_process_mappings{pid="7",comm="a\\"} 1\\nevil{x=\\"\\\\"} 10\n');
  expect(text).not.toMatch(/^evil/m);
  // An unknown value is not zero.
  expect(text).not.toMatch(/^procmap_process_(swap_bytes|map_count_headroom)\{/m);
});

it('has no figure that the kernel does not report, and counts huge pages', async () => {
  const of = async (memory: Memory): Promise<Record<string, number>> => {
    const { text } = await metricsText('1', { members: [{ ...MEMBER, memory, memoryAgeMs: 1, headroom: 1 }], leftOut: 0 });
    const lines = text.matchAll(/^procmap_process_([a-z_]+)\{[^}]*\} (\S+)$/gm);
    return Object.fromEntries(Array.from(lines, ([, name = '', value]) => [name, Number(value)] as const));
  };
  const huge = await of({ ...MEMORY, hugetlb_kb: 6144 });
  expect(huge).toMatchObject({ resident_memory_bytes: 40 * 1024, hugetlb_memory_bytes: 6144 * 1024, in_memory_bytes: 6184 * 1024 });
  const untold = await of({ ...MEMORY, vsz_kb: null, rss_kb: null, hugetlb_kb: null, smem: { swap_kb: null, uss_kb: 1, pss_kb: null, rss_kb: 1 } });
  const gone = Object.keys(huge).filter((name) => !(name in untold));
  expect(gone.sort()).toEqual(
    ['hugetlb_memory_bytes', 'in_memory_bytes', 'proportional_memory_bytes', 'resident_memory_bytes', 'swap_bytes', 'virtual_memory_bytes'].sort(),
  );
});

it('tells bytes by use, in machine words, and what no evidence tells by a word of its own', async () => {
  const mapped = new Map([['thread_stack', 3] as const, [null, 2] as const]);
  const text = await textOf({ ...MEMBER, mapped, useMemory: USE_MEMORY, useAgeMs: 1500 });
  expect(linesOf(text, 'use_')).toEqual([
    'use_read_seconds{pid="7",comm="x"} 0.005',
    'use_age_seconds{pid="7",comm="x"} 1.5',
    'use_mapped_bytes{pid="7",comm="x",use="thread_stack"} 12288',
    'use_mapped_bytes{pid="7",comm="x",use="not_known"} 8192',
    'use_resident_bytes{pid="7",comm="x",use="library"} 24576',
    'use_resident_bytes{pid="7",comm="x",use="not_known"} 4096',
    'use_swap_bytes{pid="7",comm="x",use="library"} 8192',
    'use_swap_bytes{pid="7",comm="x",use="not_known"} 0',
  ]);
  const untold = await textOf({ ...MEMBER, useMemory: { ...USE_MEMORY, rows: [{ use: 'heap', residentKb: 4, swapKb: null }] }, useAgeMs: 0 });
  expect(linesOf(untold, 'use_swap')).toEqual([]);
  expect(linesOf(await textOf(MEMBER), 'use_')).toEqual([]);
});

async function textOf(member: FleetMember): Promise<string> {
  return (await metricsText('1', { members: [member], leftOut: 0 })).text;
}

/** Lines of figures of the process. */
function linesOf(text: string, prefix: string): string[] {
  return text.split('\n').flatMap((line) => (line.startsWith(`procmap_process_${prefix}`) ? line.slice('procmap_process_'.length) : []));
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig: { readonly defaults: { readonly custom: { readonly stacking?: { readonly mode: string } } } };
}

it('contains every metric of the dashboard', () => {
  const dashboard = readFileSync(new URL('../../../../systemd/grafana-dashboard.json', import.meta.url), 'utf8');
  const { panels } = JSON.parse(dashboard) as { panels: Panel[] };
  const shown = new Set(panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => expr.match(/\bprocmap_[a-z_]+/g) ?? [])));
  expect([...shown].sort()).toEqual([...METRIC_NAMES].sort());
  for (const { title } of panels) expect(title).toMatch(/\S/);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  // Two panels lie beside each other, or one below the other.
  const places = panels.flatMap(({ gridPos: { x, y, w, h } }) => Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`));
  expect(new Set(places).size).toBe(places.length);
  // Uses add up to a whole.
  for (const { title, fieldConfig } of panels) expect(fieldConfig.defaults.custom.stacking?.mode ?? 'none').toBe(title.endsWith(' by use') ? 'normal' : 'none');
});
