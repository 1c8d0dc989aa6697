/** What differs from one architecture to the other, for whoever builds for it or boots it on this x86_64. */
export interface Arch {
  /** Debian's name. */
  readonly name: 'amd64' | 'i386' | 'arm64' | 'armhf';
  readonly qemu: string;
  /** Of qemu's command line: the machine. */
  readonly machine: readonly string[];
  readonly console: string;
  /** What the kernel's make calls it, and what its compiler's name begins with. */
  readonly kbuild: string;
  readonly crossCompile: string;
  /** 64-bit addresses are sixteen digits, 32-bit ones eight. */
  readonly bits: 64 | 32;
}

const CONSOLE_OF_X86 = 'ttyS0';
const CONSOLE_OF_ARM = 'ttyAMA0';

export const ARCHS = {
  amd64: { name: 'amd64', qemu: 'qemu-system-x86_64', machine: [], console: CONSOLE_OF_X86, kbuild: 'x86_64', crossCompile: '', bits: 64 },
  i386: { name: 'i386', qemu: 'qemu-system-i386', machine: [], console: CONSOLE_OF_X86, kbuild: 'i386', crossCompile: '', bits: 32 },
  arm64: {
    name: 'arm64',
    qemu: 'qemu-system-aarch64',
    machine: ['-M', 'virt'],
    console: CONSOLE_OF_ARM,
    kbuild: 'arm64',
    crossCompile: 'aarch64-linux-gnu-',
    bits: 64,
  },
  armhf: {
    name: 'armhf',
    qemu: 'qemu-system-arm',
    // A kernel without LPAE reaches no device above 4 GiB.
    machine: ['-M', 'virt,highmem=off'],
    console: CONSOLE_OF_ARM,
    kbuild: 'arm',
    crossCompile: 'arm-linux-gnueabihf-',
    bits: 32,
  },
} as const satisfies Record<string, Arch>;
