/** Half open, in pages. */
export interface PageRange {
  readonly startPage: number;
  readonly endPage: number;
}
