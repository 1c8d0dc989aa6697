import { BACKPORTS, type Lists } from './image/apt.ts';
import { type Arch, ARCHS } from './image/arch.ts';
import type { GuestOptions } from './guest.ts';
import { Kernel } from './image/kernel.ts';

/** A machine with a kernel that the tests boot. `make test-kernel GUEST=name` selects it by name. */
export interface Guest extends Required<Pick<GuestOptions, 'cpu' | 'parameters' | 'memoryMib'>> {
  readonly name: string;
  readonly arch: Arch;
  /** The package that depends on the newest kernel of its kind. */
  readonly newest: string;
  /** Package lists, if not those of this machine. */
  readonly lists?: Lists;
}

const OLD = 'linux-image-amd64';
const NEW = 'linux-image-6.12-amd64';
const GIB = 1024;
const AMD64 = { arch: ARCHS.amd64, newest: OLD, cpu: 'max,-la57', parameters: [], memoryMib: GIB };

export const GUESTS = [
  // Also detects the use of freed memory, which makes it slow.
  { ...AMD64, name: 'amd64-6.1', parameters: ['nokaslr', 'slub_debug=FZPU', 'page_poison=1'] },
  { ...AMD64, name: 'amd64-6.1-la57', cpu: 'max' },
  { ...AMD64, name: 'amd64-6.12', newest: NEW, parameters: ['kfence.sample_interval=10', 'pti=on'] },
  // The newest in Debian: 7.3 or later.
  { ...AMD64, name: 'amd64-newest', lists: BACKPORTS },
  { ...AMD64, name: 'amd64-rodata-off', parameters: ['nokaslr', 'rodata=off'], memoryMib: 5 * GIB },
  { ...AMD64, name: 'amd64-lockdown-integrity', parameters: ['lockdown=integrity'] },
  { ...AMD64, name: 'amd64-lockdown-confidentiality', parameters: ['lockdown=confidentiality'] },
  { ...AMD64, name: 'amd64-kptr-restrict', parameters: ['sysctl.kernel.kptr_restrict=2'] },
  { ...AMD64, name: 'i386', arch: ARCHS.i386, newest: 'linux-image-686-pae', cpu: 'max,vendor=GenuineIntel' },
  { ...AMD64, name: 'arm64', arch: ARCHS.arm64, newest: 'linux-image-arm64', cpu: 'cortex-a57' },
  // A kernel for 52 bits, on a machine with 48.
  { ...AMD64, name: 'arm64-6.12', arch: ARCHS.arm64, newest: 'linux-image-6.12-arm64', cpu: 'cortex-a57' },
  { ...AMD64, name: 'armhf', arch: ARCHS.armhf, newest: 'linux-image-armmp', cpu: 'cortex-a15' },
] as const satisfies readonly Guest[];

export type GuestName = (typeof GUESTS)[number]['name'];

/** The guest of GUEST=, or null for all. Throws if it does not exist. */
export function wantedGuest(): GuestName | null {
  const wanted = process.env['GUEST'] ?? '';
  if (wanted === '') return null;
  const names = GUESTS.map(({ name }) => name);
  const name = names.find((known) => known === wanted);
  if (name === undefined) throw new Error(`there is no guest ${wanted}; there are ${names.join(', ')}`);
  return name;
}

const kernels = new Map<string, Promise<Kernel>>();

export function kernelOf({ arch, newest, lists = arch.name }: Guest): Promise<Kernel> {
  const key = `${newest}:${lists}`;
  const kernel = kernels.get(key) ?? Kernel.fetch(newest, arch, lists);
  kernels.set(key, kernel);
  return kernel;
}
