/** How to read the list of processes: where another hand left off. */
export interface ListPlan {
  /** The processes above this one. */
  readonly above: number;
  /** And none above this one, if it is said. */
  readonly upTo?: number;
  /** Nothing of these is read. */
  readonly avoid: readonly number[];
}
