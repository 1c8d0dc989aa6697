import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { KernelHalf, KernelRegion } from '@procmap/shared/kernel-half.ts';
import { formatByteAddress } from '@procmap/shared/page.ts';
import { KernelReader } from '../src/reader/kernel/kernel-reader.ts';
import { type Kernel, kernelOf } from '../src/reader/kernel/places.ts';
import { ownRootFiles, type RootFiles } from '../src/reader/kernel/root-files/root-files.ts';
import { READER_CAPABILITIES } from '../src/common/confinement.ts';
import type { Where } from '../src/reader/kernel/where.ts';
import type { Machine } from '../src/reader/procfs/machine.ts';
import type { Standing } from '../src/reader/procfs/rights/standing.ts';

const CAPTURES = join(import.meta.dirname, 'kernel');

/** Guests with procmap's module. */
export const WITH_MODULE = ['amd64-6.1', 'amd64-6.1-la57', 'amd64-6.12', 'amd64-7.3', 'amd64-kptr-restrict', 'i386', 'arm64', 'armhf'] as const;
export const WITH_KCORE = [
  'amd64-6.1',
  'amd64-6.1-la57',
  'amd64-6.12',
  'amd64-7.3',
  'amd64-kptr-restrict',
  'amd64-lockdown-integrity',
  'i386',
  'arm64',
] as const;
export type Guest = (typeof WITH_MODULE)[number] | (typeof WITH_KCORE)[number] | 'amd64-lockdown-confidentiality';

/** A file of test/kernel/; null if the guest has none. */
export function captured(guest: Guest, file: string): string | null {
  const path = join(CAPTURES, guest, file);
  return existsSync(path) ? readFileSync(path, 'latin1') : null;
}

/** Rights of a reader that root starts outside of any container. */
export const FULL_STANDING: Standing = { effective: READER_CAPABILITIES, root: true, container: false, nested: false, ownProc: true };

/** The files of a kernel that ran elsewhere, in folders such as /proc, to be read and changed. */
export class GuestKernel {
  readonly #folder = mkdtempSync(join(tmpdir(), 'procmap-kernel-'));
  readonly machine: Machine;
  readonly where: Where;

  constructor(guest: Guest) {
    const [machine = '', release = ''] = (captured(guest, 'version') ?? '').trim().split('\n');
    const vmallocKib = Number(/(\d+) kB/.exec(captured(guest, 'meminfo') ?? '')?.[1]);
    this.machine = { machine, vmallocKib, pageSize: 4096, vsyscall: true };
    const at = (name: string): string => join(this.#folder, name);
    this.where = {
      procRoot: at('proc'),
      debugfsRoot: at('debug'),
      sysModuleRoot: at('module'),
      lockdownFile: at('lockdown'),
      release,
      standing: FULL_STANDING,
    };
    for (const file of ['iomem', 'modules', 'cmdline', 'kallsyms']) this.write(`proc/${file}`, captured(guest, file) ?? '');
    for (const file of ['kernel_regions', 'page_tables']) {
      const text = captured(guest, file);
      if (text !== null) this.write(`debug/procmap/${file}`, text);
    }
    for (const [, path = '', address = ''] of (captured(guest, 'sections') ?? '').matchAll(/^(.+):(0x\w+)$/gm)) this.write(`module/${path}`, `${address}\n`);
    const kcore = captured(guest, 'kcore.base64');
    if (kcore !== null) writeFileSync(join(this.where.procRoot, 'kcore'), Buffer.from(kcore, 'base64'));
    this.write('proc/self/mounts', 'none /sys/kernel/debug debugfs rw 0 0\n');
    this.write('proc/sys/kernel/kptr_restrict', guest === 'amd64-kptr-restrict' ? '2\n' : '0\n');
    const lockdown = /lockdown-(.*)/.exec(guest)?.[1] ?? 'none';
    this.write('lockdown', `${['none', 'integrity', 'confidentiality'].map((word) => (word === lockdown ? `[${word}]` : word)).join(' ')}\n`);
  }

  get kernel(): Kernel {
    const kernel = kernelOf(this.machine, this.where.release);
    if (kernel === null) throw new Error(`no layout of ${this.machine.machine}`);
    return kernel;
  }

  /** `proc/`, `debug/`, `module/`, `lockdown` */
  write(file: string, text: string): void {
    const path = join(this.#folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, 'latin1');
  }

  remove(file: string): void {
    rmSync(join(this.#folder, file), { recursive: true, force: true });
  }

  /** As for a user who may not see addresses. */
  hideAddresses(): void {
    const zeros = (file: string, pattern: RegExp): void => {
      const path = join(this.where.procRoot, file);
      this.write(
        `proc/${file}`,
        readFileSync(path, 'latin1').replace(pattern, (digits) => '0'.repeat(digits.length)),
      );
    };
    zeros('kallsyms', /^[0-9a-f]+/gm);
    zeros('modules', /(?<=0x)[0-9a-f]+/g);
    zeros('iomem', /(?<=^ *|^ *[0-9a-f]+-)[0-9a-f]+/gm);
  }

  reader(root: RootFiles = { ...ownRootFiles(this.where.procRoot), byRoot: true }): KernelReader {
    return new KernelReader(this.machine, root, this.where);
  }

  async half(root?: RootFiles): Promise<KernelHalf> {
    const version = await this.reader(root).read(null);
    if (version === null) throw new Error('nothing changed since nothing');
    return version.half;
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** `0xffff888000000000-0xffff88803ffe0000 direct map (lkm)`, ascending. */
export function listing({ regions }: Pick<KernelHalf, 'regions'>): string[] {
  return regions.map((region) => `${extent(region)} ${region.name} (${region.source})`).sort();
}

export function extent({ start, end }: KernelRegion): string {
  return `${formatByteAddress(start)}-${formatByteAddress(end)}`;
}
