/**
 * The architectures that procmap supports. Address space layouts are in reader/procfs/maps/layout.ts, kernel half
 * layouts in reader/kernel/.
 */
export const ARCHS = {
  x86_64: { machine: /^x86_64$/, elfMachine: 62, bits: 64, hasKcore: true },
  i386: { machine: /^i[3-6]86$/, elfMachine: 3, bits: 32, hasKcore: true },
  aarch64: { machine: /^aarch64$/, elfMachine: 183, bits: 64, hasKcore: true },
  arm: { machine: /^armv[4-8]/, elfMachine: 40, bits: 32, hasKcore: false },
} as const satisfies Readonly<Record<string, ArchFacts>>;

interface ArchFacts {
  /** The name that os.machine() returns. */
  readonly machine: RegExp;
  /** e_machine (include/uapi/linux/elf-em.h). */
  readonly elfMachine: number;
  readonly bits: 64 | 32;
  /** This architecture has /proc/kcore (arch/NAME/Kconfig). */
  readonly hasKcore: boolean;
}

export type Arch = keyof typeof ARCHS;
export type KcoreArch = { [A in Arch]: (typeof ARCHS)[A]['hasKcore'] extends true ? A : never }[Arch];

const NAMES = Object.keys(ARCHS) as Arch[];

/** The architecture of an os.machine() name, or null if procmap does not support it. */
export function archOf(machine: string): Arch | null {
  return NAMES.find((arch) => ARCHS[arch].machine.test(machine)) ?? null;
}

/** The architecture of an ELF machine number, or null if it is unknown or has no /proc/kcore. */
export function kcoreArchOf(elfMachine: number): KcoreArch | null {
  return NAMES.find((arch): arch is KcoreArch => ARCHS[arch].hasKcore && ARCHS[arch].elfMachine === elfMachine) ?? null;
}
