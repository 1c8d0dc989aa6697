/** Differences between architectures, for building for them and for booting them on this x86_64. */
export interface Arch {
  /** In Debian's words. */
  readonly name: 'amd64' | 'i386' | 'arm64' | 'armhf';
  readonly qemu: string;
  /** The machine on qemu's command line. */
  readonly machine: readonly string[];
  readonly console: string;
  /** Name of the architecture in the kernel's make, and prefix of its compiler. */
  readonly kbuild: string;
  readonly crossCompile: string;
  /** An address has sixteen digits on 64 bits, eight on 32. */
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
    // A kernel without LPAE cannot reach devices above 4 GiB.
    machine: ['-M', 'virt,highmem=off'],
    console: CONSOLE_OF_ARM,
    kbuild: 'arm',
    crossCompile: 'arm-linux-gnueabihf-',
    bits: 32,
  },
} as const satisfies Record<string, Arch>;
