/** Text of /proc/PID/smaps_rollup in which every figure is different. */
export const ROLLUP = `00400000-7ffec7c01000 ---p 00000000 00:00 0                              [rollup]
Rss:                9160 kB
Pss:                9156 kB
Pss_Dirty:          9155 kB
Pss_Anon:           8252 kB
Pss_File:            904 kB
Pss_Shmem:             0 kB
Shared_Clean:          4 kB
Shared_Dirty:          2 kB
Private_Clean:        30 kB
Private_Dirty:      9100 kB
Referenced:         9160 kB
Anonymous:          8252 kB
KSM:                   0 kB
LazyFree:              0 kB
AnonHugePages:         0 kB
ShmemPmdMapped:        0 kB
FilePmdMapped:         0 kB
Shared_Hugetlb:        0 kB
Private_Hugetlb:    2048 kB
Swap:                 77 kB
SwapPss:              70 kB
Locked:                0 kB
`;
