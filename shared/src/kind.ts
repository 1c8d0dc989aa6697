/** What a stretch of address space is. One byte on the wire: the index in {@link KINDS}; append only, never reorder; 28 at most, since masks have a bit for each. */
export const KINDS = [
  // what is not mapped
  'gap',
  'null_trap',
  'hole',
  'beyond',
  // mappings
  'text',
  'rodata',
  'data',
  'heap',
  'stack',
  'file',
  'anon',
  'shmem',
  'vdso',
  'vvar',
  'vsyscall',
  'device',
  // the kernel half: what no source describes, and its regions (kernel-half.ts)
  'unknown',
  'kernel_text',
  'kernel_rodata',
  'kernel_data',
  'kernel_image',
  'kernel_module',
  'direct_map',
  'vmalloc',
  'vmemmap',
  'kernel_fixed',
] as const;

export type KindName = (typeof KINDS)[number];

/** Index of each kind in {@link KINDS}, as typed arrays hold it. */
export const Kind = Object.fromEntries(KINDS.map((name, index) => [name, index])) as { readonly [K in KindName]: number };

export function kindName(kind: number): KindName {
  const name = KINDS[kind];
  if (name === undefined) throw new RangeError(`not a kind: ${kind}`);
  return name;
}

/** True for a line of /proc/PID/maps; false for gaps, holes and what the kernel half holds. */
export function isMappingKind(kind: number): boolean {
  return kind >= Kind.text && kind <= Kind.device;
}
