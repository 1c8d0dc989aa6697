import { KERNEL_NAME_BYTES, kernelObject } from '@procmap/shared/files/kernel-objects.ts';
import { Kind } from '@procmap/shared/kind.ts';
import type { FileSystemOf } from './file-systems.ts';

/** The kinds of a private and of a shared mapping. Kind.file stands for any part of a file. */
interface KindPair {
  readonly private: number;
  readonly shared: number;
}

/** File systems without user files: all objects in them belong to the kernel or a driver. */
const KERNEL_MADE = new Set([
  ...['devtmpfs', 'sysfs', 'proc', 'debugfs', 'tracefs', 'securityfs', 'selinuxfs', 'smackfs', 'configfs', 'efivarfs', 'pstore'],
  ...['binder', 'bpf', 'cgroup', 'cgroup2', 'cpuset', 'devpts', 'functionfs', 'fusectl', 'mqueue', 'nfsd', 'resctrl', 'rpc_pipefs', 'usbfs', 'xenfs'],
]);
const MEMORY_FILES: ReadonlySet<string> = new Set(['tmpfs', 'ramfs']);

/**
 * The kernel's internal mount of tmpfs is its first file system without a disk (mm/shmem.c). Unnamed objects there are
 * buffers of drivers.
 */
export const SHMEM_DEVICE = 1;

const FILE = both(Kind.file);
const DEVICE = both(Kind.device);
const SHMEM = both(Kind.shmem);
/** /dev/zero. For a shared mapping of it, the kernel substitutes memory of its own. */
const ZERO = { private: Kind.anon, shared: Kind.device };

/**
 * The kind of the name names[from, to) on a device with major 0. A file system that stores user files makes it a file,
 * whatever its path.
 */
export function kindOfObject(device: number, names: Buffer, from: number, to: number, fileSystemOf: FileSystemOf): KindPair {
  const fileSystem = fileSystemOf(device);
  const isMade = fileSystem !== null && KERNEL_MADE.has(fileSystem.type);
  if (fileSystem?.type === 'hugetlbfs') return SHMEM;
  if (fileSystem !== null && !isMade && !MEMORY_FILES.has(fileSystem.type)) return FILE;
  const name = names.toString('latin1', from, Math.min(to, from + KERNEL_NAME_BYTES));
  // The device has this name in every mount of devices.
  const isZero = names.toString('latin1', Math.max(from, to - 5), to) === '/zero';
  if (fileSystem !== null) {
    if (fileSystem.atDevShm || name.startsWith('/dev/shm/')) return SHMEM;
    // In containers, /dev is a tmpfs with the few permitted devices.
    if (!isMade && !fileSystem.atDev) return FILE;
    return isZero ? ZERO : DEVICE;
  }
  const object = kernelObject(name);
  if (object !== null) return { private: object.privateKind ?? object.kind, shared: object.kind };
  return device === SHMEM_DEVICE || !name.startsWith('/') ? DEVICE : kindOfPath(name, isZero);
}

/** For a device whose mount is unknown or not visible. */
function kindOfPath(name: string, isZero: boolean): KindPair {
  if (name.startsWith('/dev/shm/')) return SHMEM;
  if (name.startsWith('/dev/')) return isZero ? ZERO : DEVICE;
  return name.startsWith('/sys/') ? DEVICE : FILE;
}

function both(kind: number): KindPair {
  return { private: kind, shared: kind };
}
