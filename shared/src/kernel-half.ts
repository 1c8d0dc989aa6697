/** Which source serves the kernel half of every map, and why. Until one is read, it is a single region that nothing describes. */
export const KERNEL_HALF = { source: 'none', note: 'the kernel half is not read yet' } as const;
