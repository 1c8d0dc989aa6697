import { closeSync, openSync } from 'node:fs';
import { MODULE_KIND, moduleOf, RAM_KIND, type KernelHalf, type KernelRegion } from '@procmap/shared/kernel-half.ts';
import { compareBytes } from '@procmap/shared/page.ts';
import { PERM_EXEC, PERM_READ, permsText } from '@procmap/shared/perms.ts';
import { describe, expect, it, vi } from 'vitest';
import { captured, extent, WITH_KCORE, WITH_MODULE } from '../../../test/guest-kernel.ts';
import { KernelReader } from './kernel-reader.ts';
import { ownRootFiles, type RootFiles } from './root-files/root-files.ts';
import { boot, byName, disposeKernels, FIXED_X86, kernel, PARTS, WINDOWS } from './kernel-reader.fixture.ts';

disposeKernels();

/** The places of regions that both have, by each of them. */
function common(a: KernelHalf, b: KernelHalf): [Record<string, string>, Record<string, string>] {
  const [left, right] = [byName(a), byName(b)];
  const both = [...left.keys()].filter((name) => right.has(name));
  const of = (half: Map<string, string>): Record<string, string> => Object.fromEntries(both.map((name) => [name, half.get(name) ?? '']));
  return [of(left), of(right)];
}

function ofKind({ regions }: KernelHalf, kind: string): KernelRegion[] {
  return regions.filter((region) => region.kind === kind);
}

const LARGE = ['direct map', 'vmalloc', 'vmemmap'];

const BY_KCORE = {
  amd64: [...LARGE, 'kernel image', ...PARTS, ...FIXED_X86, ...WINDOWS],
  // On arm64, "Kernel data" includes the bss.
  arm64: [...LARGE, 'modules', 'kernel image', 'text', 'rodata', 'data'],
  i386: ['direct map', 'vmalloc', ...PARTS],
};

function familyOf(guest: string): keyof typeof BY_KCORE {
  return guest === 'i386' || guest === 'arm64' ? guest : 'amd64';
}

describe.each(WITH_MODULE)('of %s the module', (guest) => {
  it('has all data, exactly', async () => {
    const half = await boot(guest).half();
    expect(half.source).toBe('lkm');
    expect(half.note).toMatch(/^read from procmap's kernel module/);
    const lines = (captured(guest, 'kernel_regions') ?? '').split('\n').filter((line) => line.split(',').length === 4);
    const said = lines.map((line) => {
      const [start = '', end = '', mode = '', name = ''] = line.split(',');
      return `0x${start.padStart(16, '0')}-0x${end.padStart(16, '0')} ${mode} ${name}`;
    });
    const regions = half.regions.filter(({ kind }) => kind !== MODULE_KIND && kind !== RAM_KIND);
    expect(regions.map((region) => `${extent(region)} ${permsText(region.perms ?? 0)} ${region.name}`)).toEqual(said);
    expect(half.ranges?.start).toHaveLength((captured(guest, 'page_tables') ?? '').trim().split('\n').length);
  });

  it('locates memory in the direct map', async () => {
    const half = await boot(guest).half();
    const direct = half.regions.find(({ name }) => name === 'direct map');
    const ram = ofKind(half, RAM_KIND);
    expect(ram.length).toBeGreaterThan(0);
    if (direct === undefined) throw new Error('no direct map');
    for (const { start, end } of ram) expect([compareBytes(start, direct.start) >= 0, compareBytes(end, direct.end) <= 0]).toEqual([true, true]);
    // It ends with the memory or, on 32 bits, earlier.
    expect(ram.at(-1)?.end).toEqual(direct.end);
  });
});

it('with any source, there is no vsyscall page if no process has it', async () => {
  boot('amd64-6.1');
  for (const source of ['lkm', 'kcore', 'inferred']) {
    const half = (
      await new KernelReader({ ...kernel.machine, vsyscall: false }, { ...ownRootFiles(kernel.where.procRoot), byRoot: true }, kernel.where).read(null)
    )?.half;
    expect([half?.source, half?.regions.some(({ name }) => name === 'vsyscall')]).toEqual([source, false]);
    kernel.remove(source === 'lkm' ? 'debug' : 'proc/kcore');
  }
});

describe.each(WITH_MODULE)('of %s, once its module is gone,', (guest) => {
  it('every other source agrees about the regions that it names', async () => {
    boot(guest);
    const byModule = await kernel.half();
    kernel.remove('debug');
    const byKcore = await kernel.half();
    kernel.remove('proc/kcore');
    const inferred = await kernel.half();
    expect([byKcore.source, inferred.source]).toEqual([guest === 'armhf' ? 'inferred' : 'kcore', 'inferred']);
    for (const half of [byKcore, inferred]) {
      const [ours, theirs] = common(half, byModule);
      expect(ours).toEqual(theirs);
      expect(half.regions.every(({ perms }) => perms === null)).toBe(true);
      expect(half.ranges).toBeNull();
    }
    // And they agree about regions that the module does not have.
    const [a, b] = common(inferred, byKcore);
    expect(a).toEqual(b);
    expect(ofKind(byKcore, RAM_KIND).map(extent)).toEqual(guest === 'armhf' ? [] : ofKind(byModule, RAM_KIND).map(extent));
  });
});

describe.each(WITH_KCORE)('of %s /proc/kcore', (guest) => {
  it('gives all it can, plus documented regions', async () => {
    boot(guest).remove('debug');
    const half = await kernel.half();
    expect([...byName(half).keys()].sort()).toEqual([...BY_KCORE[familyOf(guest)]].sort());
    expect(half.note).toMatch(/^from \/proc\/kcore, without real permissions: procmap's module is /);
    const sources = new Map(half.regions.map(({ name, source }) => [name, source]));
    for (const name of [...LARGE, 'text', 'data']) if (sources.has(name)) expect([name, sources.get(name)]).toEqual([name, 'kcore']);
    for (const name of [...FIXED_X86, 'kernel image window']) if (sources.has(name)) expect([name, sources.get(name)]).toEqual([name, 'inferred']);
  });

  it('gives less if /proc/iomem is hidden, and nothing wrong', async () => {
    boot(guest).remove('debug');
    const before = await kernel.half();
    const root: RootFiles = { ...ownRootFiles(kernel.where.procRoot), iomem: () => Promise.reject(new Error('EPERM')) };
    const half = await kernel.half(root);
    expect(ofKind(half, RAM_KIND)).toEqual([]);
    const [ours, theirs] = common(half, before);
    expect(ours).toEqual(theirs);
    expect(byName(half).has('text')).toBe(guest !== 'amd64-kptr-restrict');
  });
});

describe.each([...WITH_MODULE, 'amd64-lockdown-confidentiality' as const])('of %s with all addresses hidden', (guest) =>
  it('there are only documented regions, and none at 0', async () => {
    boot(guest);
    const byModule = guest === 'amd64-lockdown-confidentiality' ? null : await kernel.half();
    kernel.remove('debug');
    kernel.remove('proc/kcore');
    kernel.hideAddresses();
    const half = await kernel.half();
    const expected = { amd64: FIXED_X86, arm64: ['modules', 'vmalloc', 'vmemmap'], armhf: ['vmalloc', 'fixmap', 'vector table'], i386: [] };
    expect([...byName(half).keys()]).toEqual(guest === 'armhf' ? expected.armhf : expected[familyOf(guest)]);
    expect(half.regions).toHaveLength(byName(half).size);
    expect(half.source).toBe(guest === 'i386' ? 'none' : 'inferred');
    expect(half.note).toContain('hidden by the kernel');
    if (byModule === null) return;
    const [ours, theirs] = common(half, byModule);
    expect(ours).toEqual(theirs);
  }),
);

it('follows KASLR and five levels', async () => {
  const halves = new Map<string, Map<string, string>>();
  for (const guest of ['amd64-6.1', 'amd64-6.1-la57', 'amd64-6.12'] as const) {
    boot(guest).remove('debug');
    halves.set(guest, byName(await kernel.half()));
  }
  expect(halves.get('amd64-6.1')?.get('direct map')).toMatch(/^0xffff888000000000-/);
  expect(halves.get('amd64-6.12')?.get('direct map')).toMatch(/^0xffff/);
  expect(halves.get('amd64-6.12')?.get('direct map')).not.toMatch(/^0xffff888000000000-/);
  expect(halves.get('amd64-6.1-la57')?.get('direct map')).toMatch(/^0xff[0-9a-e]/);
  expect(halves.get('amd64-6.1-la57')?.get('guard hole')).toBe('0xff00000000000000-0xff10000000000000');
});

describe('loaded modules', () => {
  it('are as large as /proc/modules says, before Linux 6.4', async () => {
    const half = await boot('amd64-6.1').half();
    const { start, end, perms } = half.regions.find(({ name }) => name === 'procmap') ?? {};
    const [, size = '', base = ''] = /^procmap (\d+) .* (0x[0-9a-f]+) \(OE\)$/m.exec(captured('amd64-6.1', 'modules') ?? '') ?? [];
    expect([start?.page, (end?.page ?? 0) - (start?.page ?? 0)]).toEqual([Number(BigInt(base) >> 12n), Number(size) / 4096]);
    // Code, rodata and data follow each other.
    expect(permsText(perms ?? 0)).toBe('rwx');
  });

  it('extend over the mapped pages from their base, since then, if the sections are unknown; and never overlap', async () => {
    const half = await boot('amd64-6.12').half();
    const modules = ofKind(half, MODULE_KIND).sort((a, b) => compareBytes(a.start, b.start));
    expect(modules.map(({ name }) => name).sort()).toEqual(['9p text', '9pnet text', '9pnet_virtio text', 'netfs text', 'procmap text']);
    expect(half.note).toBe("read from procmap's kernel module");
    for (const { perms, source } of modules) expect([perms, source]).toEqual([PERM_READ | PERM_EXEC, 'lkm']);
    modules.slice(1).forEach(({ start }, i) => expect(compareBytes(modules[i]?.end ?? start, start)).toBeLessThanOrEqual(0));
  });

  it('are text, rodata and data, to the page, if they share large pages', async () => {
    const half = await boot('amd64-7.3').half();
    const modules = ofKind(half, MODULE_KIND);
    const sections = new Map(
      Array.from((captured('amd64-7.3', 'sections') ?? '').matchAll(/^(.+):0x(\w+)$/gm), ([, path = '', address = '']) => [path, address]),
    );
    for (const line of (captured('amd64-7.3', 'modules') ?? '').trim().split('\n')) {
      const [name = '', size] = line.split(' ');
      const areas = modules.filter((region) => moduleOf(region) === name);
      expect([name, areas.map((area) => `${area.name.slice(name.length)} ${permsText(area.perms ?? 0)}`).sort()]).toEqual([
        name,
        [' data rw-', ' rodata r--', ' rodata r--', ' text r-x'],
      ]);
      expect([name, areas.reduce((sum, { start, end }) => sum + (end.page - start.page) * 4096, 0)]).toEqual([name, Number(size)]);
      // The kernel had placed the parts that are only for loading after the text.
      const text = areas.find((area) => area.name === `${name} text`);
      expect([name, text?.end.page.toString(16)]).toEqual([name, sections.get(`${name}/sections/.init.text`)?.slice(0, -3)]);
    }
    expect(half.note).toBe("read from procmap's kernel module");
  });

  it.each([
    ['module', 'loaded modules are left out: modules share large pages, and /sys/module/*/sections, which tells them apart, cannot be read (ENOENT)'],
    ['module/9p', 'one loaded module is left out: modules share large pages, and /sys/module/*/sections, which tells them apart, cannot be read (ENOENT)'],
    ['module/netfs/sections/.rodata', '2 loaded modules are left out: /sys/module/*/sections and the page tables disagree about them'],
  ])('are left out, and the note says why, without %s', async (file, why) => {
    boot('amd64-7.3').remove(file);
    if (file.includes('netfs')) for (const each of ['9p', 'netfs']) kernel.write(`module/${each}/sections/.text`, '0xffffffffc0a00000\n');
    const half = await kernel.half();
    expect(half.note).toBe(`read from procmap's kernel module; ${why}`);
    for (const left of file === 'module/9p' ? ['9p'] : ['9p', 'netfs']) expect(half.regions.filter((region) => moduleOf(region) === left)).toEqual([]);
  });

  it('have their sections read again after loading, and not after mere use', async () => {
    boot('amd64-7.3');
    const reader = kernel.reader();
    const text = async (): Promise<boolean> => (await reader.read(null))?.half.regions.some(({ name }) => name === '9p text') ?? false;
    expect(await text()).toBe(true);
    kernel.remove('module/9p');
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 61_000);
    expect(await text()).toBe(true);
    kernel.write('proc/modules', (captured('amd64-7.3', 'modules') ?? '').replace(/^procmap .*\n/m, ''));
    expect(await text()).toBe(false);
    vi.restoreAllMocks();
  });

  it('are left out, with the reason in the note, if their places are unknown', async () => {
    boot('amd64-6.12').remove('debug');
    const half = await kernel.half();
    expect(ofKind(half, MODULE_KIND)).toEqual([]);
    expect(half.note).toContain('loaded modules are left out');
    expect((await boot('amd64-kptr-restrict').half()).note).toBe("read from procmap's kernel module; loaded modules: hidden by the kernel (kptr_restrict=2)");
  });

  it('lie in the modules’ window, or with KASLR of arm64 in vmalloc', async () => {
    for (const guest of WITH_MODULE) {
      const half = await boot(guest).half();
      const windows = half.regions.filter(({ name }) => name === 'modules' || (guest === 'arm64' && name === 'vmalloc'));
      for (const { name, start, end } of ofKind(half, MODULE_KIND)) {
        const isIn = windows.some((window) => compareBytes(window.start, start) <= 0 && compareBytes(window.end, end) >= 0);
        expect([guest, name, isIn]).toEqual([guest, name, true]);
      }
    }
  });
});

it('reads this machine without a fault, whatever is available', async () => {
  const { readMachine } = await import('../procfs/machine.ts');
  const half = (await new KernelReader(readMachine(), ownRootFiles('/proc')).read(null))?.half;
  expect(half?.note).not.toBe('');
  for (const { start, end } of half?.regions ?? []) expect(compareBytes(start, end)).toBeLessThan(0);
});

it('leaves no file open', async () => {
  const reader = boot('amd64-6.1').reader();
  const next = (): number => {
    const file = openSync('/dev/null', 'r');
    closeSync(file);
    return file;
  };
  await reader.read(null);
  const before = next();
  for (let i = 0; i < 3; i++) {
    kernel.write('proc/modules', `a${i} 4096 0 - Live 0xffffffffc0201000\n`);
    kernel.write('debug/procmap/page_tables', i === 1 ? 'nonsense\n' : (captured('amd64-6.1', 'page_tables') ?? ''));
    await reader.read(null);
  }
  expect(next()).toBe(before);
});
