/** Which part of the process list to read: another hand may have read the beginning. */
export interface ListPlan {
  /** Read processes above this id. */
  readonly above: number;
  /** Read none above this id, if given. */
  readonly upTo?: number;
  /** Read no files of these processes. */
  readonly avoid: readonly number[];
}
