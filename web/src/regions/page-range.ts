/** Pages [startPage, endPage). */
export interface PageRange {
  readonly startPage: number;
  readonly endPage: number;
}
