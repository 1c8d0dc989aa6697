/** The architectures whose address space procmap knows. Layouts are in reader/procfs/maps/layout.ts, what lies in the kernel's half in reader/kernel/. */
export const ARCHS = {
  x86_64: { machine: /^x86_64$/, elfMachine: 62, bits: 64, hasKcore: true },
  i386: { machine: /^i[3-6]86$/, elfMachine: 3, bits: 32, hasKcore: true },
  aarch64: { machine: /^aarch64$/, elfMachine: 183, bits: 64, hasKcore: true },
  arm: { machine: /^armv[4-8]/, elfMachine: 40, bits: 32, hasKcore: false },
} as const satisfies Readonly<Record<string, ArchFacts>>;

interface ArchFacts {
  /** What os.machine() calls it. */
  readonly machine: RegExp;
  /** e_machine (include/uapi/linux/elf-em.h). */
  readonly elfMachine: number;
  readonly bits: 64 | 32;
  /** /proc/kcore exists there (arch/NAME/Kconfig). */
  readonly hasKcore: boolean;
}

export type Arch = keyof typeof ARCHS;
export type KcoreArch = { [A in Arch]: (typeof ARCHS)[A]['hasKcore'] extends true ? A : never }[Arch];

const NAMES = Object.keys(ARCHS) as Arch[];

/** null for a machine that procmap does not know. */
export function archOf(machine: string): Arch | null {
  return NAMES.find((arch) => ARCHS[arch].machine.test(machine)) ?? null;
}

/** null where there is no /proc/kcore of such a machine. */
export function kcoreArchOf(elfMachine: number): KcoreArch | null {
  return NAMES.find((arch): arch is KcoreArch => ARCHS[arch].hasKcore && ARCHS[arch].elfMachine === elfMachine) ?? null;
}
