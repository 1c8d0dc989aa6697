import { NO_KERNEL_HALF } from '@procmap/shared/kernel-half.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { captured } from '../../../test/guest-kernel.ts';
import { KernelReader } from './kernel-reader.ts';
import { MAX_RANGES } from './module-files.ts';
import { ownRootFiles, type RootFiles } from './root-files/root-files.ts';
import { boot, byName, disposeKernels, FIXED_X86, kernel, PARTS, WINDOWS } from './kernel-reader.fixture.ts';

disposeKernels();

describe('the note', () => {
  const asRoot = (byRoot: boolean, kcoreError?: string): RootFiles => ({
    ...ownRootFiles(kernel.where.procRoot),
    byRoot,
    ...(kcoreError === undefined ? {} : { kcoreHeaders: () => Promise.reject(Object.assign(new Error(kcoreError), { code: kcoreError })) }),
  });
  const withoutOurs = (): void => {
    kernel.remove('debug');
    kernel.write('proc/modules', '9p 81920 1 - Live 0xffffffffc02c6000\n');
  };

  it('says that the module is not loaded', async () => {
    boot('amd64-6.1');
    withoutOurs();
    expect((await kernel.half()).note).toBe("from /proc/kcore, without real permissions: procmap's module is not loaded (as root, make run loads it)");
    kernel.remove('proc/modules');
    expect((await kernel.half()).note).toBe('from /proc/kcore, without real permissions: this kernel does not support modules');
  });

  it('says that debugfs is not mounted', async () => {
    boot('amd64-6.1').remove('debug');
    kernel.write('proc/self/mounts', '');
    expect((await kernel.half()).note).toBe(
      "from /proc/kcore, without real permissions: procmap's module is loaded, but debugfs is not mounted (mount -t debugfs none /sys/kernel/debug)",
    );
  });

  it('reports malformed files of the module, and uses none of them', async () => {
    boot('amd64-6.1').write('debug/procmap/page_tables', 'nonsense\n');
    const half = await kernel.half();
    expect(half).toMatchObject({ source: 'kcore', ranges: null });
    expect(half.note).toBe("from /proc/kcore, without real permissions: procmap's module cannot be read (no range: nonsense)");
  });

  it('draws nothing from a module with another kernel half', async () => {
    const text = captured('amd64-6.1', 'kernel_regions') ?? '';
    boot('amd64-6.1').write('debug/procmap/kernel_regions', text.replace(/^kernel_start,.*$/m, 'kernel_start,ff00000000000000'));
    const half = await kernel.half();
    expect(half.source).toBe('kcore');
    expect(half.note).toContain("procmap's module cannot be read (its kernel half begins at 0xff00000000000000, procmap's at 0xffff800000000000)");
  });

  it('holds nothing that would move the cursor of a terminal', async () => {
    boot('amd64-6.1').write('debug/procmap/page_tables', '\x1b]0;x\x07\n');
    expect((await kernel.half()).note).toContain(String.raw`(no range: \x1b]0;x\x07)`);
  });

  it('sees symbols that were hidden before', async () => {
    const text = captured('amd64-lockdown-confidentiality', 'kallsyms') ?? '';
    boot('amd64-lockdown-confidentiality').write('proc/kallsyms', text.replace(/^[0-9a-f]+/gm, '0'.repeat(16)));
    const reader = kernel.reader(asRoot(true, 'EPERM'));
    expect(byName((await reader.read(null))?.half ?? NO_KERNEL_HALF).has('text')).toBe(false);
    kernel.write('proc/kallsyms', text);
    kernel.write('proc/modules', '');
    expect(byName((await reader.read(null))?.half ?? NO_KERNEL_HALF).has('text')).toBe(true);
  });

  it('says that there are too many ranges', async () => {
    const page = (i: number): string => `ffff8880${i.toString(16).padStart(5, '0')}000`;
    const lines = Array.from({ length: MAX_RANGES + 1 }, (_, i) => `${page(2 * i)},${page(2 * i + 1)},rw-,4K\n`);
    boot('amd64-6.12').write('debug/procmap/page_tables', lines.join(''));
    const half = await kernel.half();
    expect(half).toMatchObject({ source: 'lkm', ranges: null });
    expect(half.note).toMatch(
      /^read from procmap's kernel module; loaded modules are left out.*; without the page tables, which have more than 262,144 ranges$/,
    );
  });

  it('names the lockdown', async () => {
    expect((await boot('amd64-lockdown-integrity').half()).note).toBe(
      "from /proc/kcore, without real permissions: procmap's module is not loaded (lockdown=integrity allows signed modules only)",
    );
    boot('amd64-lockdown-confidentiality');
    const half = await kernel.half(asRoot(true, 'EPERM'));
    expect(half.source).toBe('inferred');
    expect(half.note).toBe(
      "from /proc/kallsyms and the documented layout: /proc/kcore is locked down (lockdown=confidentiality); procmap's module is not loaded (lockdown=confidentiality allows signed modules only)",
    );
    expect([...byName(half).keys()].sort()).toEqual(['kernel image', ...PARTS, ...FIXED_X86, ...WINDOWS].sort());
  });

  it('says how root could see more', async () => {
    boot('amd64-6.1');
    withoutOurs();
    kernel.hideAddresses();
    expect((await kernel.half(asRoot(false, 'EACCES'))).note).toBe(
      "documented regions only: only root can see kernel addresses: run procmap as root; only root may read /proc/kcore; procmap's module is not loaded (as root, make run loads it)",
    );
    kernel.write('proc/sys/kernel/kptr_restrict', '2\n');
    expect((await kernel.half(asRoot(true, 'ENOENT'))).note).toMatch(/hidden by the kernel \(kptr_restrict=2\); this kernel has no \/proc\/kcore/);
  });

  it('says that a machine is not supported', async () => {
    boot('amd64-6.1');
    const reader = new KernelReader({ ...kernel.machine, machine: 'sparc64' }, asRoot(true), kernel.where);
    expect((await reader.read(null))?.half).toEqual({
      source: 'none',
      note: 'procmap does not know the kernel layout of sparc64',
      regions: [],
      ranges: null,
    });
  });
});

describe('an etag', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('stays while nothing changes; changes without a notification are seen within a minute', async () => {
    const reader = boot('amd64-6.1').reader();
    const first = await reader.read(null);
    expect(await reader.read(first?.etag ?? '')).toBeNull();
    expect(await reader.read(null)).toEqual(first);
    const tables = captured('amd64-6.1', 'page_tables') ?? '';
    kernel.write('debug/procmap/page_tables', tables.split('\n').slice(1).join('\n'));
    expect(await reader.read(first?.etag ?? '')).toBeNull();
    vi.advanceTimersByTime(59_000);
    expect(await reader.read(first?.etag ?? '')).toBeNull();
    vi.advanceTimersByTime(2000);
    const second = await reader.read(first?.etag ?? '');
    expect(second?.half.ranges?.start.length).toBe((first?.half.ranges?.start.length ?? 0) - 1);
    expect(second?.etag).not.toBe(first?.etag);
    // Reads it again, and finds it unchanged.
    vi.advanceTimersByTime(61_000);
    expect(await reader.read(second?.etag ?? '')).toBeNull();
  });

  it('changes at once when a module comes or goes, and not when it is used', async () => {
    const reader = boot('amd64-6.1').reader();
    const { etag = '' } = (await reader.read(null)) ?? {};
    const modules = captured('amd64-6.1', 'modules') ?? '';
    kernel.write('proc/modules', modules.replace(/^9p 81920 1 /m, '9p 81920 8 '));
    expect(await reader.read(etag)).toBeNull();
    kernel.write('proc/modules', modules.split('\n').slice(1).join('\n'));
    kernel.remove('debug');
    const without = await reader.read(etag);
    expect(without?.half.source).toBe('kcore');
    expect(without?.half.regions.map(({ name }) => name)).not.toContain('procmap');
  });

  it('is the same for simultaneous requests, which share one read', async () => {
    boot('amd64-6.1');
    let reads = 0;
    const own = ownRootFiles(kernel.where.procRoot);
    const reader = kernel.reader({
      ...own,
      iomem: () => {
        reads++;
        return own.iomem();
      },
    });
    const answers = await Promise.all([reader.read(null), reader.read(null), reader.read('other')]);
    expect(new Set(answers.map((answer) => answer?.etag)).size).toBe(1);
    expect(reads).toBe(1);
  });
});
