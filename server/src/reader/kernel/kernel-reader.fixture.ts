import { MODULE_KIND, RAM_KIND, type KernelHalf } from '@procmap/shared/kernel-half.ts';
import { afterEach } from 'vitest';
import { extent, type Guest, GuestKernel } from '../../../test/guest-kernel.ts';

export let kernel: GuestKernel;

const kernels: GuestKernel[] = [];

export function boot(guest: Guest): GuestKernel {
  kernel = new GuestKernel(guest);
  kernels.push(kernel);
  return kernel;
}

/** Of what is no module and no RAM, each of which are many. */
export function byName({ regions }: KernelHalf): Map<string, string> {
  return new Map(regions.filter(({ kind }) => kind !== MODULE_KIND && kind !== RAM_KIND).map((region) => [region.name, extent(region)]));
}

export const FIXED_X86 = ['guard hole', 'LDT remap', 'cpu_entry_area', 'espfix', 'EFI', 'vsyscall'];

export const PARTS = ['text', 'rodata', 'data', 'bss'];

export const WINDOWS = ['kernel image window', 'modules'];

/** Before and after each test of the file that calls it. */
export function disposeKernels(): void {
  afterEach(() => {
    for (const each of kernels.splice(0)) each.dispose();
  });
}
