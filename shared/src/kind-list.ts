/** The group of a kind: a mapping of the process, something in the kernel half, or nothing at all. */
export type KindGroup = 'empty' | 'mapping' | 'kernel';

/**
 * Kinds of address space, each with its group. One byte on the wire: the index in this list. Append only, whatever the
 * group; never reorder; MAX_KINDS at most.
 */
export const KIND_LIST = [
  ['gap', 'empty'],
  ['null_trap', 'empty'],
  ['hole', 'empty'],
  ['beyond', 'empty'],
  ['text', 'mapping'],
  ['rodata', 'mapping'],
  ['data', 'mapping'],
  ['heap', 'mapping'],
  ['stack', 'mapping'],
  ['file', 'mapping'],
  ['anon', 'mapping'],
  ['shmem', 'mapping'],
  ['vdso', 'mapping'],
  ['vvar', 'mapping'],
  ['vsyscall', 'mapping'],
  ['device', 'mapping'],
  // Space that no source describes, and regions (kernel-half.ts).
  ['unknown', 'kernel'],
  ['kernel_text', 'kernel'],
  ['kernel_rodata', 'kernel'],
  ['kernel_data', 'kernel'],
  ['kernel_image', 'kernel'],
  ['kernel_module', 'kernel'],
  ['direct_map', 'kernel'],
  ['vmalloc', 'kernel'],
  ['vmemmap', 'kernel'],
  ['kernel_fixed', 'kernel'],
] as const satisfies readonly (readonly [string, KindGroup])[];
