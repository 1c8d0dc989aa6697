import { Kind } from '../kind.ts';
import { isFileKind } from './mapped-files.ts';

/**
 * A name that the kernel gives to an object without a path. It counts only where no file system with the mapping's
 * device is mounted, since a file may have any name.
 */
interface KernelObject {
  readonly prefix: string;
  readonly kind: number;
  /** The kind of a private mapping, where it differs. */
  readonly privateKind?: number;
  /** An explanation for people who do not know the term. */
  readonly sentence: string;
}

const HUGE_PAGES = 'Memory on huge pages (MAP_HUGETLB), which the administrator reserved.';

/** As named in the kernel's sources: mm/, ipc/shm.c, fs/aio.c, drivers/dma-buf, drivers/gpu. The first match counts. */
const KERNEL_OBJECTS: readonly KernelObject[] = [
  { prefix: '/memfd:', kind: Kind.shmem, sentence: 'A memory file (memfd_create(2)): it never had a path. The name is only a label.' },
  { prefix: '/SYSV', kind: Kind.shmem, sentence: 'A System V shared memory segment (shmget(2)); its key follows “SYSV”, its id is the inode.' },
  { prefix: '/dev/zero (deleted)', kind: Kind.shmem, sentence: 'Shared anonymous memory (MAP_SHARED | MAP_ANONYMOUS): shared with child processes.' },
  { prefix: '/anon_hugepage', kind: Kind.shmem, privateKind: Kind.anon, sentence: HUGE_PAGES },
  { prefix: '/secretmem', kind: Kind.shmem, sentence: 'Secret memory (memfd_secret(2)): removed even from the kernel’s direct map.' },
  { prefix: '/[aio]', kind: Kind.device, sentence: 'A ring of completed requests of Linux AIO (io_setup(2)).' },
  { prefix: '/dmabuf:', kind: Kind.device, sentence: 'A buffer that drivers share with each other (dma-buf).' },
  { prefix: '/drm mm object', kind: Kind.device, sentence: 'A buffer of a graphics driver (DRM).' },
  { prefix: '/i915', kind: Kind.device, sentence: 'A buffer of a graphics driver (DRM).' },
  { prefix: 'anon_inode:[perf_event]', kind: Kind.device, sentence: 'A ring buffer of recorded events (perf_event_open(2)).' },
  { prefix: 'anon_inode:[io_uring]', kind: Kind.device, sentence: 'A ring of requests or completions of io_uring (io_uring_setup(2)).' },
  { prefix: 'anon_inode:kvm-vcpu', kind: Kind.device, sentence: 'The state of a virtual processor, shared between KVM and the process.' },
  { prefix: 'anon_inode:bpf-map', kind: Kind.device, sentence: 'A map or ring buffer of BPF (bpf(2)).' },
  { prefix: 'anon_inode:', kind: Kind.device, sentence: 'An object of the kernel or a driver that has a file descriptor, but no path.' },
  { prefix: 'socket:[', kind: Kind.device, sentence: 'Memory shared with a socket: a ring of packets (packet(7), AF_XDP), or data received without a copy.' },
];

/** Room for the longest prefix above. */
export const KERNEL_NAME_BYTES = 32;

/** The kernel object with this name (the first KERNEL_NAME_BYTES suffice); null: none. One char per byte. */
export function kernelObject(name: string): KernelObject | null {
  return KERNEL_OBJECTS.find(({ prefix }) => name.startsWith(prefix)) ?? null;
}

/** Files that stand for a device or for memory, by their full path. */
const SPECIAL_FILES: readonly (readonly [path: RegExp, kind: number, sentence: string])[] = [
  [/\/zero$/, Kind.anon, 'Private memory from /dev/zero: filled with zeros, not backed by a file.'],
  [/\/dri\//, Kind.device, 'Memory of a graphics card, through its driver (DRM).'],
  [/\/nvidia/, Kind.device, 'Memory of a graphics card, through NVIDIA’s driver.'],
  [/^\/sys\/.*\/resource[0-9]+(_wc)?$/, Kind.device, 'Registers or memory of a PCI device (one of its BARs), mapped through sysfs.'],
];

/**
 * Explains a mapping of that name and kind where its kind alone says less; null: nothing to add. Full names, one char
 * per byte.
 */
export function objectSentence(name: string, kind: number): string | null {
  if (name === '' || isFileKind(kind)) return null;
  const object = kernelObject(name);
  if (object !== null && (object.kind === kind || object.privateKind === kind)) return object.sentence;
  return SPECIAL_FILES.find(([path, of]) => of === kind && path.test(name))?.[2] ?? null;
}
