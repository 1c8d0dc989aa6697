/** A region of a text map: everything between two boundary lines. */
export interface BoxRegion {
  /** From the boundary lines below and above it, in bytes; the end is exclusive, also of the topmost. */
  readonly start: bigint;
  readonly end: bigint;
  /** Its first line without the frame. */
  readonly text: string;
  /** To the right of the frame. */
  readonly mark: string;
  readonly height: number;
}

const BOUNDARY = /^\+(?:--- (.+?) )?-*\+ ([0-9a-f]{8}|[0-9a-f]{16})$/;

/** The regions of the box, descending, as printed. `bits`: width of the kernel. */
export function boxRegions(output: string, bits: 64 | 32 = 64): BoxRegion[] {
  const regions: BoxRegion[] = [];
  let end: bigint | null = null;
  let inside: string[] = [];
  for (const line of output.split('\n')) {
    const boundary = BOUNDARY.exec(line);
    if (boundary === null) {
      if (line.startsWith('|')) inside.push(line);
      continue;
    }
    const address = BigInt(`0x${boundary[2] ?? ''}`);
    const [first = '', ...blank] = inside;
    if (end !== null && first !== '') {
      if (blank.some((each) => !/^\| +\|$/.test(each))) throw new Error(`not blank: ${blank.join('\n')}`);
      const edge = first.lastIndexOf('|');
      regions.push({ start: address, end, text: first.slice(1, edge).trimEnd(), mark: first.slice(edge + 1).trim(), height: inside.length });
    }
    inside = [];
    // The line at the top of the space shows the last address.
    end = regions.length === 0 && address === 2n ** BigInt(bits) - 1n ? address + 1n : address;
  }
  return regions;
}

/** The lines of the box itself. */
export function boxLines(output: string): string[] {
  return output.split('\n').filter((line) => /^[+|]/.test(line));
}
