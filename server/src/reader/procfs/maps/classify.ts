import { FileSet } from '@procmap/shared/file-set.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { nameCount, type Names } from '@procmap/shared/text/names.ts';
import { PERM_EXEC, PERM_SHARED, PERM_WRITE } from '@procmap/shared/perms.ts';
import { type MappingTable, MINOR_BITS } from '@procmap/shared/region.ts';
import type { FileSystemOf } from './file-systems.ts';
import { kindOfObject } from './kind-of-device.ts';

/**
 * Names that the kernel gives (mm/, fs/proc/task_mmu.c, arch/). They never begin with '/', as paths do, so no file can
 * pose as one.
 */
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
const BRACKET = 0x5b;
/** Covers the longest prefix above. */
const PREFIX_BYTES = 32;
/** Not a device: marks a name that no row has used yet. */
const UNSEEN = 0xffffffff;

/**
 * Sets `kind` of every row, by device and name, in a table under construction. A file with an executable mapping in
 * this process is a program or a library: its rows become text, data or rodata according to their permissions. Any
 * other file becomes `file`.
 */
export function classify(table: MappingTable, fileSystemOf: FileSystemOf): void {
  const { length, kind, name, device, perms, inodeLow, inodeHigh, names } = table;
  const kinds = new NamedKinds(names, fileSystemOf);
  const executable = new FileSet();
  // Most rows map the same file as the row before.
  let lastExecutable = -1;
  for (let i = 0; i < length; i++) {
    const index = name[i] ?? 0;
    if (index === 0) {
      kind[i] = Kind.anon;
      continue;
    }
    const bits = perms[i] ?? 0;
    const of = kinds.of(index, device[i] ?? 0, (bits & PERM_SHARED) !== 0);
    kind[i] = of;
    if (of === Kind.file && (bits & PERM_EXEC) !== 0 && !isSameFile(table, i, lastExecutable)) {
      executable.add(device[i] ?? 0, inodeLow[i] ?? 0, inodeHigh[i] ?? 0, 0);
      lastExecutable = i;
    }
  }
  if (executable.size === 0) return;
  let last = -1;
  let isPart = false;
  for (let i = 0; i < length; i++) {
    if (kind[i] !== Kind.file) continue;
    if (!isSameFile(table, i, last)) isPart = executable.has(device[i] ?? 0, inodeLow[i] ?? 0, inodeHigh[i] ?? 0, 0);
    last = i;
    if (isPart) kind[i] = kindOfPart(perms[i] ?? 0);
  }
}

/** False if there is no row j. */
function isSameFile({ inodeLow, inodeHigh, device }: MappingTable, i: number, j: number): boolean {
  return inodeLow[i] === inodeLow[j] && inodeHigh[i] === inodeHigh[j] && device[i] === device[j];
}

function kindOfPart(perms: number): number {
  if ((perms & PERM_EXEC) !== 0) return Kind.text;
  return (perms & PERM_WRITE) !== 0 ? Kind.data : Kind.rodata;
}

/** Caches the kind of each name on the device of its last use. Nearly all names occur on one device only. */
class NamedKinds {
  readonly #ends: Uint32Array;
  readonly #bytes: Buffer;
  readonly #fileSystemOf: FileSystemOf;
  readonly #device: Uint32Array;
  readonly #private: Uint8Array;
  readonly #shared: Uint8Array;

  constructor(names: Names, fileSystemOf: FileSystemOf) {
    const count = nameCount(names);
    this.#ends = names.ends;
    this.#bytes = Buffer.from(names.bytes.buffer, names.bytes.byteOffset, names.bytes.length);
    this.#fileSystemOf = fileSystemOf;
    this.#device = new Uint32Array(count).fill(UNSEEN);
    this.#private = new Uint8Array(count);
    this.#shared = new Uint8Array(count);
  }

  of(index: number, device: number, isShared: boolean): number {
    if (this.#device[index] !== device) this.#look(index, device);
    return (isShared ? this.#shared[index] : this.#private[index]) ?? Kind.file;
  }

  #look(index: number, device: number): void {
    const [from = 0, to = 0] = [this.#ends[index], this.#ends[index + 1]];
    const pair =
      this.#bytes[from] === BRACKET
        ? pseudo(this.#bytes.toString('latin1', from, Math.min(to, from + PREFIX_BYTES)))
        : device >>> MINOR_BITS === 0
          ? kindOfObject(device, this.#bytes, from, to, this.#fileSystemOf)
          : FILE;
    this.#device[index] = device;
    this.#private[index] = pair.private;
    this.#shared[index] = pair.shared;
  }
}

const FILE = { private: Kind.file, shared: Kind.file };

function pseudo(name: string): { readonly private: number; readonly shared: number } {
  const [, kind = Kind.anon] = PSEUDO.find(([prefix]) => name.startsWith(prefix)) ?? [];
  return { private: kind, shared: kind };
}
