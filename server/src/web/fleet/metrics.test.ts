import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tile } from '@procmap/shared/intervals.ts';
import { summarise } from '@procmap/shared/figures/summary.ts';
import { Kind } from '@procmap/shared/kind.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '@procmap/shared/perms.ts';
import { LAYOUT_64, manyLines, tableOf } from '@procmap/shared/table.fixture.ts';
import { MEMORY } from '../../../test/fake-reader-link.ts';
import { metricsText } from './metrics.ts';

/** Without a process, too, all metrics have a type. */
const METRIC_NAMES = [...(await metricsText('1.2.3', { members: [], leftOut: 0 })).text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name);

const summary = summarise(tile(tableOf(manyLines(10)), LAYOUT_64));

it('is OpenMetrics: a type and a help for each, an end, names as Prometheus has them', async () => {
  const { type, text } = await metricsText('1.2.3', {
    members: [{ pid: 7, startTime: 1, comm: 'x', summary, memory: MEMORY, memoryAgeMs: 2500, headroom: 5, readMs: 2 }],
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
    members: [{ pid: 7, startTime: 1, comm: 'x', summary: of, memory: null, memoryAgeMs: null, headroom: null, readMs: 2 }],
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
    members: [{ pid: 7, startTime: 1, comm, summary, memory: null, memoryAgeMs: null, headroom: null, readMs: 2 }],
    leftOut: 0,
  });
  expect(text).toContain('procmap_process_mappings{pid="7",comm="a\\"} 1\\nevil{x=\\"\\\\"} 10\n');
  expect(text).not.toMatch(/^evil/m);
  // An unknown value is not zero.
  expect(text).not.toMatch(/^procmap_process_(swap_bytes|map_count_headroom)\{/m);
});

it('has no figure that the kernel does not report, and counts huge pages', async () => {
  const of = async (memory: Memory): Promise<Record<string, number>> => {
    const member = { pid: 7, startTime: 1, comm: 'x', summary, memory, memoryAgeMs: 1, headroom: 1, readMs: 1 };
    const { text } = await metricsText('1', { members: [member], leftOut: 0 });
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

it('contains every metric of the dashboard', () => {
  const dashboard = readFileSync(new URL('../../../../systemd/grafana-dashboard.json', import.meta.url), 'utf8');
  const { panels } = JSON.parse(dashboard) as { panels: { title: string; type: string; targets?: { expr: string }[] }[] };
  const shown = new Set(panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => expr.match(/\bprocmap_[a-z_]+/g) ?? [])));
  expect([...shown].sort()).toEqual([...METRIC_NAMES].sort());
  for (const { title } of panels) expect(title).toMatch(/\S/);
});
