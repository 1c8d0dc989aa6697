// A line of the table as one number, so that a million of them fit one array: an interval by its index, a group by the
// complement of its index.

export function groupLine(group: number): number {
  return ~group;
}

/** null: it is an interval. */
export function groupOfLine(line: number): number | null {
  return line < 0 ? ~line : null;
}
