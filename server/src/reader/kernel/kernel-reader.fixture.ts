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

/** Regions by name, without modules and RAM: there are many of these. */
export function byName({ regions }: KernelHalf): Map<string, string> {
  return new Map(regions.filter(({ kind }) => kind !== MODULE_KIND && kind !== RAM_KIND).map((region) => [region.name, extent(region)]));
}

export const FIXED_X86 = ['guard hole', 'LDT remap', 'cpu_entry_area', 'espfix', 'EFI', 'vsyscall'];

export const PARTS = ['text', 'rodata', 'data', 'bss'];

export const WINDOWS = ['kernel image window', 'modules'];

/** Disposes of the kernels after each test of the calling file. */
export function disposeKernels(): void {
  afterEach(() => {
    for (const each of kernels.splice(0)) each.dispose();
  });
}
