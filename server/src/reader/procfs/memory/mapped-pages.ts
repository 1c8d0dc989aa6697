import { Kind } from '@procmap/shared/kind.ts';
import { PAGE_EXCLUSIVE, PAGE_FILE, PAGE_PRESENT, PAGE_SWAPPED } from '@procmap/shared/figures/page-states.ts';
import { PERM_SHARED } from '@procmap/shared/perms.ts';
import { type MappingTable, MINOR_BITS } from '@procmap/shared/region.ts';
import type { FileSystemOf } from '../maps/file-systems.ts';
import { SHMEM_DEVICE } from '../maps/kind-of-device.ts';
import { asMarker } from './pagemap.ts';

/** Types of file systems whose files are memory that may be swapped out, and of those of which it never is. */
const SWAPPABLE = new Set(['tmpfs', 'devtmpfs']);
const NEVER_SWAPPED = new Set(['ramfs', 'hugetlbfs']);
const PRIVATE_MEMORY = new Set<number>([Kind.anon, Kind.heap, Kind.stack]);

/**
 * Mends states of pages from `startPage` on by what the mappings tell that they lie in. A page of shared memory that is in swap space has no entry in the page table, so an entry there is a marker; and of memory without a file none is
 * of a file: kernels 6.12 to 6.18 say so of the huge page of zeros, which is nobody's own either. Gives 1 for each page of shared memory, of which it is not told what is in swap space.
 */
export function mendByMappings(states: Uint8Array, startPage: number, table: MappingTable, fileSystemOf: FileSystemOf): Uint8Array {
  const endPage = startPage + states.length;
  const sharedMemory = new Uint8Array(states.length);
  for (let row = 0; row < table.length && (table.start[row] ?? 0) < endPage; row++) {
    const from = Math.max(table.start[row] ?? 0, startPage) - startPage;
    const to = Math.min(table.end[row] ?? 0, endPage) - startPage;
    if (from >= to) continue;
    const isShared = ((table.perms[row] ?? 0) & PERM_SHARED) !== 0;
    const isMemory = PRIVATE_MEMORY.has(table.kind[row] ?? 0);
    if (isSharedMemory(table, row, fileSystemOf)) sharedMemory.fill(1, from, to);
    for (let i = from; i < to; i++) {
      const state = states[i] ?? 0;
      if (isShared && (state & PAGE_SWAPPED) !== 0) states[i] = asMarker(state);
      if (isMemory && !isShared && (state & PAGE_PRESENT) !== 0 && (state & PAGE_FILE) !== 0) states[i] = state & ~(PAGE_FILE | PAGE_EXCLUSIVE);
    }
  }
  return sharedMemory;
}

/** What has major 0 is of no disk, but of the kernel's own file systems, of tmpfs, or of one that lies upon others, as overlayfs. */
function isSharedMemory(table: MappingTable, row: number, fileSystemOf: FileSystemOf): boolean {
  const device = table.device[row] ?? 0;
  const hasFile = (table.inodeLow[row] ?? 0) !== 0 || (table.inodeHigh[row] ?? 0) !== 0;
  const isShmem = table.kind[row] === Kind.shmem;
  if (!hasFile || device >>> MINOR_BITS !== 0 || table.kind[row] === Kind.anon) return isShmem;
  // Also what a driver shows of it, as /i915: a device to its kind, and memory that is swapped out like any other.
  if (device === SHMEM_DEVICE) return true;
  if (table.kind[row] === Kind.device) return false;
  const type = fileSystemOf(device)?.type ?? '';
  return isShmem ? !NEVER_SWAPPED.has(type) : type === '' || SWAPPABLE.has(type);
}
