import { beforeAll, expect, it } from 'vitest';
import { describeGuests } from './describe-guests.ts';
import { runModule } from './lkm-guest.ts';
import { contains } from './lkm-laws.ts';
import type { GuestReport } from './lkm-report.ts';

const EMPTY = ['modes', 'disp_kernelseg_details', 'kernel_regions', 'page_tables'];

describeGuests(['amd64-lockdown-integrity', 'amd64-lockdown-confidentiality'], '$name', (guest) => {
  let report: GuestReport;

  beforeAll(async () => {
    ({ report } = await runModule(guest, 'look'));
  });

  it('lets no module of ours in', () => {
    expect(report.text('insmod')).toMatch(/Operation not permitted\nstatus 1\n$/);
    expect(EMPTY.map((section) => report.text(section))).toEqual(EMPTY.map(() => ''));
    expect(report.text('dmesg')).toContain('Kernel is locked down from command line');
  });

  it('tells all the same where the kernel is, but for /proc/kcore in confidentiality', () => {
    expect(report.symbol('_text')).toBeGreaterThan(0n);
    if (guest.name.endsWith('confidentiality')) expect(report.text('kcore_error')).toContain('Operation not permitted');
    else expect(report.kcoreLoads.map(({ start }) => start)).toContain(report.symbol('_text'));
  });
});

describeGuests(['amd64-kptr-restrict'], '$name', (guest) => {
  it('hides the symbols from root too, and not what the module says', async () => {
    const { report } = await runModule(guest, 'look');
    expect(report.symbol('_text')).toBe(0n);
    expect(report.modules.map(({ start }) => start)).toContain(0n);
    expect(report.text('insmod')).toBe('status 0\n');
    expect(report.kcoreLoads.map(({ start }) => start)).toContain(report.region('text').start);
  });
});

describeGuests(['amd64-rodata-off'], '$name, with memory above 4 GiB', (guest) => {
  let report: GuestReport;

  beforeAll(async () => {
    ({ report } = await runModule(guest, 'look'));
  });

  it('has pages that are writable and executable, which the module finds', () => {
    const text = report.region('text');
    expect(text.mode).toBe('rwx');
    expect(report.runs.some((run) => run.mode === 'rwx' && run.start <= text.start && text.start < run.end)).toBe(true);
  });

  it('has a direct map that is longer than the memory, for the hole below 4 GiB, with pages of 1 GiB', () => {
    const direct = report.region('direct map');
    expect(direct.end - direct.start).toBe(report.memoryEnd);
    expect(direct.end - direct.start).toBeGreaterThan(BigInt(guest.memoryMib) << 20n);
    expect(report.runs.some((run) => run.name === '1G' && contains(direct, run))).toBe(true);
    const hole = direct.start + 2n ** 32n - 2n ** 21n;
    expect(report.runs.filter((run) => run.start <= hole && hole < run.end)).toEqual([]);
  });
});

describeGuests(['arm64-6.12'], '$name, a kernel for more bits than the machine has', (guest) => {
  it('has each region where the machine can have it, apart from the others or in one of them', async () => {
    const { module, report } = await runModule(guest, 'look');
    expect([module.warnings, report.text('insmod')]).toEqual(['', 'status 0\n']);
    const { regions } = report;
    expect(report.value('kernel_start')).toBe(2n ** 64n - 2n ** 48n);
    expect(regions.filter(({ start }) => start < report.value('kernel_start'))).toEqual([]);
    expect(regions.filter((a) => regions.some((b) => a.start < b.start && b.start < a.end && a.end < b.end))).toEqual([]);
    expect(report.kcoreLoads.filter((load) => !regions.some((region) => contains(region, load)))).toEqual([]);
    expect(report.runs.filter((run) => !regions.some((region) => contains(region, run)))).toEqual([]);
  });
});
