const LEAST = 1;

/**
 * Number of lines of a region: one, plus one for every factor of 16 in size. 4 KB to 60 KB take one line, 64 KB two, 1
 * MB three, 1 GB five, 1 TB eight, 128 TB nine, the non-canonical hole thirteen. A larger region never has fewer lines
 * than a smaller one.
 */
export function lineCount(pages: number): number {
  return LEAST + Math.floor(Math.log2(Math.max(1, pages)) / 4);
}
