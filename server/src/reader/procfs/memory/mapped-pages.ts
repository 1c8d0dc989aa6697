import { Kind } from '@procmap/shared/kind.ts';
import { PAGE_EXCLUSIVE, PAGE_FILE, PAGE_PRESENT, PAGE_SWAPPED } from '@procmap/shared/figures/page-states.ts';
import { PERM_SHARED } from '@procmap/shared/perms.ts';
import { hasInode, type MappingTable, MINOR_BITS } from '@procmap/shared/region.ts';
import type { FileSystemOf } from '../maps/file-systems.ts';
import { SHMEM_DEVICE } from '../maps/kind-of-device.ts';
import { asMarker } from './pagemap.ts';

/** File systems whose files are memory that may be swapped out, and those whose files never are. */
const SWAPPABLE = new Set(['tmpfs', 'devtmpfs']);
const NEVER_SWAPPED = new Set(['ramfs', 'hugetlbfs']);
const PRIVATE_MEMORY = new Set<number>([Kind.anon, Kind.heap, Kind.stack]);

/**
 * Corrects states of the pages from `startPage` on, given the mappings that they lie in. A page of shared memory in
 * swap space has no entry in the page table, so an entry there is a marker. Memory without a file has no pages of
 * files: kernels 6.12 to 6.18 report the huge zero page as one, and that page is not exclusive either. Returns 1 for
 * each page of shared memory, whose swapped pages the kernel does not report.
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

/**
 * Devices with major 0 have no disk: they are the kernel's own file systems, tmpfs, or stacked ones such as overlayfs.
 */
function isSharedMemory(table: MappingTable, row: number, fileSystemOf: FileSystemOf): boolean {
  const device = table.device[row] ?? 0;
  const isShmem = table.kind[row] === Kind.shmem;
  if (!hasInode(table, row) || device >>> MINOR_BITS !== 0 || table.kind[row] === Kind.anon) return isShmem;
  // Includes buffers that a driver maps from it, such as /i915: their kind is `device`, but they are swapped out like
  // other memory.
  if (device === SHMEM_DEVICE) return true;
  if (table.kind[row] === Kind.device) return false;
  const type = fileSystemOf(device)?.type ?? '';
  return isShmem ? !NEVER_SWAPPED.has(type) : type === '' || SWAPPABLE.has(type);
}
