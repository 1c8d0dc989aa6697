import { Kind } from '@procmap/shared/kind.ts';
import { nameBytes, nameCount, type Names } from '@procmap/shared/names.ts';
import { PERM_EXEC, PERM_WRITE } from '@procmap/shared/perms.ts';
import type { MappingTable } from '@procmap/shared/region.ts';

/** Names that the kernel gives (mm/, fs/proc/task_mmu.c, arch/). They never begin with '/', as every path does: a file cannot pass for one. */
const PSEUDO: readonly (readonly [prefix: string, kind: number])[] = [
  ['[heap]', Kind.heap],
  ['[stack', Kind.stack],
  ['[vvar', Kind.vvar],
  ['[vsyscall]', Kind.vsyscall],
  ['[vdso]', Kind.vdso],
  ['[sigpage]', Kind.vdso],
  ['[vectors]', Kind.vdso],
  ['[uprobes', Kind.vdso],
  ['[anon_shmem:', Kind.shmem],
  ['[', Kind.anon],
];

/** Objects of the kernel's own, unnamed file systems: only with a device of major 0 (a real file may have any such name). */
const KERNEL_OBJECTS: readonly (readonly [prefix: string, kind: number])[] = [
  ['/memfd:', Kind.shmem],
  ['/SYSV', Kind.shmem],
  ['/dev/zero (deleted)', Kind.shmem],
  ['/anon_hugepage', Kind.anon],
];

const PATHS: readonly (readonly [prefix: string, kind: number])[] = [
  ['/dev/shm/', Kind.shmem],
  ['/dev/', Kind.device],
];

function firstMatch(name: string, table: readonly (readonly [prefix: string, kind: number])[]): number | undefined {
  return table.find(([prefix]) => name.startsWith(prefix))?.[1];
}

/**
 * Kind by name alone. `kernelObject`: the mapping's device has major 0. Kind.file stands for every file,
 * {@link classify} tells its text, rodata and data apart. `name`: one char per byte.
 */
export function kindOfName(name: string, kernelObject: boolean): number {
  if (name === '') return Kind.anon;
  if (name.startsWith('/')) return (kernelObject ? firstMatch(name, KERNEL_OBJECTS) : undefined) ?? firstMatch(name, PATHS) ?? Kind.file;
  return firstMatch(name, PSEUDO) ?? Kind.file;
}

const MINOR_BITS = 20;
/** Longest prefix above, with room. */
const PREFIX_BYTES = 32;

/**
 * Fills in `kind` for every row of a table that is being made. `executable`: 1 for each name that any row maps executable. A file that this process maps executable anywhere is a program or a
 * library: its rows are text, data or rodata by their own permissions. Any other file is `file`.
 */
export function classify(table: MappingTable, executable: Uint8Array): void {
  const { length, kind, name, device, perms, names } = table;
  const kindOfObject = kindsOf(names, true);
  const kindOfPath = kindsOf(names, false);
  for (let i = 0; i < length; i++) {
    const index = name[i] ?? 0;
    if (index === 0) {
      kind[i] = Kind.anon;
      continue;
    }
    const byName = ((device[i] ?? 0) >>> MINOR_BITS === 0 ? kindOfObject[index] : kindOfPath[index]) ?? Kind.file;
    kind[i] = byName === Kind.file && executable[index] === 1 ? kindOfPart(perms[i] ?? 0) : byName;
  }
}

function kindOfPart(perms: number): number {
  if ((perms & PERM_EXEC) !== 0) return Kind.text;
  return (perms & PERM_WRITE) !== 0 ? Kind.data : Kind.rodata;
}

function kindsOf(names: Names, kernelObject: boolean): Uint8Array {
  const kinds = new Uint8Array(nameCount(names));
  for (let i = 0; i < kinds.length; i++) {
    const prefix = nameBytes(names, i).subarray(0, PREFIX_BYTES);
    kinds[i] = kindOfName(String.fromCharCode(...prefix), kernelObject);
  }
  return kinds;
}
