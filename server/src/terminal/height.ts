const LEAST = 1;

/**
 * Lines of a region of so many pages: one, and one more for every sixteenfold size. 4 KB to 60 KB take one line, 64 KB two, 1 MB three, 1 GB five, 1 TB eight,
 * 128 TB nine, the non-canonical hole thirteen. A larger region is never lower than a smaller one.
 */
export function lineCount(pages: number): number {
  return LEAST + Math.floor(Math.log2(Math.max(1, pages)) / 4);
}
