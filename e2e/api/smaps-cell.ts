import { kbOf, type KernelMapping } from '../kernel-figures.ts';

/** Names of the columns in smaps. */
export const LABELS: Readonly<Record<string, string>> = {
  ...{ rss_kb: 'Rss', pss_kb: 'Pss', shared_clean_kb: 'Shared_Clean', shared_dirty_kb: 'Shared_Dirty', private_clean_kb: 'Private_Clean' },
  ...{ private_dirty_kb: 'Private_Dirty', referenced_kb: 'Referenced', anonymous_kb: 'Anonymous', lazy_free_kb: 'LazyFree' },
  ...{ anon_huge_pages_kb: 'AnonHugePages', shmem_huge_kb: 'ShmemPmdMapped', file_huge_kb: 'FilePmdMapped' },
  ...{ shared_hugetlb_kb: 'Shared_Hugetlb', private_hugetlb_kb: 'Private_Hugetlb', swap_kb: 'Swap', swap_pss_kb: 'SwapPss', locked_kb: 'Locked' },
  page_size_kb: 'KernelPageSize',
};

/** The kernel’s value of a column of the answer. */
export function smapsCell({ start, end, offset, device, inode, flags, block }: KernelMapping, column: string): string | number | null {
  const address = (value: bigint): string => `0x${value.toString(16).padStart(16, '0')}`;
  if (column === 'start') return address(start);
  if (column === 'end') return address(end);
  if (column === 'vm_flags') return flags;
  if (column === 'device') return device;
  if (column === 'inode') return Number(inode);
  if (column === 'offset') return `0x${offset.toString(16)}`;
  const label = LABELS[column];
  if (label === undefined) throw new Error(`a column that nobody knows: ${column}`);
  return kbOf(block, label);
}
