import { KERNEL_NAME_BYTES, kernelObject } from '@procmap/shared/files/kernel-objects.ts';
import { Kind } from '@procmap/shared/kind.ts';
import type { FileSystemOf } from './file-systems.ts';

/** The kind of a private mapping, and of a shared one. Kind.file stands for every file, whatever part of it is mapped. */
export interface KindPair {
  readonly private: number;
  readonly shared: number;
}

/** File systems that hold no files of anybody: what lies in them is the kernel's or a driver's. */
const KERNEL_MADE = new Set([
  ...['devtmpfs', 'sysfs', 'proc', 'debugfs', 'tracefs', 'securityfs', 'selinuxfs', 'smackfs', 'configfs', 'efivarfs', 'pstore'],
  ...['binder', 'bpf', 'cgroup', 'cgroup2', 'cpuset', 'devpts', 'functionfs', 'fusectl', 'mqueue', 'nfsd', 'resctrl', 'rpc_pipefs', 'usbfs', 'xenfs'],
]);
const MEMORY_FILES: ReadonlySet<string> = new Set(['tmpfs', 'ramfs']);

/** The kernel's own mount of tmpfs is its first file system without a disk (mm/shmem.c): what has no other name there is a driver's buffer. */
export const SHMEM_DEVICE = 1;

const FILE = both(Kind.file);
const DEVICE = both(Kind.device);
const SHMEM = both(Kind.shmem);
/** /dev/zero, mapped private; mapped shared, the kernel puts memory of its own in its place. */
const ZERO = { private: Kind.anon, shared: Kind.device };

/** Of the name names[from, to) on a device of major 0. A disk's are files, wherever they lie. */
export function kindOfObject(device: number, names: Buffer, from: number, to: number, fileSystemOf: FileSystemOf): KindPair {
  const fileSystem = fileSystemOf(device);
  const isMade = fileSystem !== null && KERNEL_MADE.has(fileSystem.type);
  if (fileSystem?.type === 'hugetlbfs') return SHMEM;
  if (fileSystem !== null && !isMade && !MEMORY_FILES.has(fileSystem.type)) return FILE;
  const name = names.toString('latin1', from, Math.min(to, from + KERNEL_NAME_BYTES));
  // Wherever devices are mounted, it is called so.
  const isZero = names.toString('latin1', Math.max(from, to - 5), to) === '/zero';
  if (fileSystem !== null) {
    if (fileSystem.atDevShm || name.startsWith('/dev/shm/')) return SHMEM;
    // Containers have a tmpfs in the place of devtmpfs, with the few devices that they may use.
    if (!isMade && !fileSystem.atDev) return FILE;
    return isZero ? ZERO : DEVICE;
  }
  const object = kernelObject(name);
  if (object !== null) return { private: object.privateKind ?? object.kind, shared: object.kind };
  return device === SHMEM_DEVICE || !name.startsWith('/') ? DEVICE : kindOfPath(name, isZero);
}

/** Where nobody tells what is mounted, or it is mounted where nobody sees it. */
function kindOfPath(name: string, isZero: boolean): KindPair {
  if (name.startsWith('/dev/shm/')) return SHMEM;
  if (name.startsWith('/dev/')) return isZero ? ZERO : DEVICE;
  return name.startsWith('/sys/') ? DEVICE : FILE;
}

function both(kind: number): KindPair {
  return { private: kind, shared: kind };
}
