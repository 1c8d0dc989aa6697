import { beforeAll, expect, it } from 'vitest';
import { describeGuests } from './describe-guests.ts';
import { expectTiles, type KernelAnswer, look, named, type Seen, whole } from './kernel-half.ts';
import { contains } from './lkm-laws.ts';

// Kernels that hide something, or protect nothing: the module's data there, and its presentation by the daemon and the
// page.

const EMPTY = ['modes', 'disp_kernelseg_details', 'kernel_regions', 'page_tables'];

describeGuests(['amd64-lockdown-integrity', 'amd64-lockdown-confidentiality'], 'the kernel half of $name', (guest) => {
  const integrity = guest.name.endsWith('integrity');
  let seen: Seen;

  beforeAll(async () => {
    seen = await look(guest);
  });

  it('lets no module of ours in', () => {
    expect(seen.report.text('insmod')).toMatch(/Operation not permitted\nstatus 1\n$/);
    expect(EMPTY.map((section) => seen.report.text(section))).toEqual(EMPTY.map(() => ''));
    expect(seen.report.text('dmesg')).toContain('Kernel is locked down from command line');
  });

  it('still shows where the kernel is, except /proc/kcore in confidentiality mode', () => {
    expect(seen.report.symbol('_text')).toBeGreaterThan(0n);
    if (integrity) expect(seen.report.kcoreLoads.map(({ start }) => start)).toContain(seen.report.symbol('_text'));
    else expect(seen.report.text('kcore_error')).toContain('Operation not permitted');
  });

  it('comes from the next source, which is named with the reason', () => {
    const source = integrity ? 'kcore' : 'inferred';
    expect(seen.system.kernel_source).toBe(source);
    expect(seen.system.kernel_note).toMatch(/lockdown|locked down/);
    expect(seen.log).toContain(`"source":"${source}"`);
    expect(seen.page).toContain(`kernel half: ${integrity ? '/proc/kcore' : 'inferred'}`);
  });

  it('is right where it is drawn, without zero addresses', () => {
    expectTiles(seen.map.regions);
    expect(whole(seen.kernel.regions, 'text')).toEqual({ start: seen.report.symbol('_text'), end: seen.report.symbol('_etext') });
    for (const { start, perms, source } of seen.kernel.regions) {
      expect(BigInt(start)).toBeGreaterThanOrEqual(0xffff800000000000n);
      if (source !== 'computed') expect(perms).toBeNull();
    }
    expect(seen.kernel.page_tables).toBeNull();
    expect(named(seen.kernel)).toEqual(expect.arrayContaining(['guard hole', 'cpu_entry_area', 'espfix', 'text', 'rodata']));
    // Only kcore reveals where KASLR put these.
    expect(named(seen.kernel).includes('direct map')).toBe(integrity);
  });
});

describeGuests(['amd64-kptr-restrict'], 'the kernel half of $name', (guest) => {
  let seen: Seen;
  let after: KernelAnswer;

  beforeAll(async () => {
    seen = await look(guest, async ({ unload, json }) => {
      await unload();
      after = await json<KernelAnswer>('/api/kernel');
    });
  });

  it('hides the symbols from root too, and not what the module says', () => {
    expect(seen.report.symbol('_text')).toBe(0n);
    expect(seen.report.modules.map(({ start }) => start)).toContain(0n);
    expect(seen.report.text('insmod')).toBe('status 0\n');
    expect(seen.report.kcoreLoads.map(({ start }) => start)).toContain(seen.report.region('text').start);
  });

  it('comes from the module, whatever is hidden elsewhere', () => {
    expect(seen.system.kernel_source).toBe('lkm');
    expect(whole(seen.kernel.regions, 'text')?.start).toBe(seen.report.region('text').start);
    expect(seen.system.kernel_note).toContain('kptr_restrict=2');
    expect(seen.page).toContain('kptr_restrict=2');
    expect(seen.kernel.regions.filter(({ kind }) => kind === 'module')).toEqual([]);
  });

  it('comes from /proc/kcore once the module is unloaded, in the same places, without zero addresses', () => {
    expect([after.source, after.page_tables]).toEqual(['kcore', null]);
    expect(after.note).toContain('kptr_restrict=2');
    for (const name of ['text', 'direct map', 'vmalloc', 'vmemmap', 'modules'])
      expect([name, whole(after.regions, name)]).toEqual([name, whole(seen.kernel.regions, name)]);
    for (const { start } of after.regions) expect(BigInt(start)).toBeGreaterThanOrEqual(0xffff800000000000n);
  });
});

describeGuests(['amd64-rodata-off'], 'the kernel half of $name, with memory above 4 GiB', (guest) => {
  let seen: Seen;

  beforeAll(async () => {
    seen = await look(guest);
  });

  it('has pages that are writable and executable, which the module finds', () => {
    const text = seen.report.region('text');
    expect(text.mode).toBe('rwx');
    expect(seen.report.runs.some((run) => run.mode === 'rwx' && run.start <= text.start && text.start < run.end)).toBe(true);
  });

  it('has a direct map that is longer than the memory, for the hole below 4 GiB, with pages of 1 GiB', () => {
    const direct = seen.report.region('direct map');
    expect(direct.end - direct.start).toBe(seen.report.memoryEnd);
    expect(direct.end - direct.start).toBeGreaterThan(BigInt(guest.memoryMib) << 20n);
    expect(seen.report.runs.some((run) => run.name === '1G' && contains(direct, run))).toBe(true);
    const hole = direct.start + 2n ** 32n - 2n ** 21n;
    expect(seen.report.runs.filter((run) => run.start <= hole && hole < run.end)).toEqual([]);
  });

  it('raises the alarm on the page: pages that are writable and executable', () => {
    const bytes = (seen.kernel.page_tables ?? []).filter(({ perms }) => perms === 'rwx').reduce((sum, { start, end }) => sum + BigInt(end) - BigInt(start), 0n);
    expect(bytes).toBeGreaterThan(0n);
    expect(seen.page).toMatch(/\d+(\.\d+)? MB\s+of the kernel writable and executable/);
    expect(seen.page).toContain('writable code');
  });
});
