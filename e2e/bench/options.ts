import { parseArgs } from 'node:util';

export const PARTS = ['reading', 'escaping', 'commands', 'frames', 'gestures', 'searching', 'heap', 'memory', 'uses'] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  /** Fewer repetitions, and no process with a million mappings. */
  readonly quick: boolean;
  readonly parts: readonly Part[];
}

/** Throws on anything but --quick and --only=PART. */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({ args: [...argv], options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } });
  // The heap part takes eleven minutes, so it only runs on request.
  if (values.only === undefined) return { quick: values.quick, parts: PARTS.filter((part) => part !== 'heap') };
  const part = PARTS.find((each) => each === values.only);
  if (part === undefined) throw new Error(`--only is one of ${PARTS.join(', ')}`);
  return { quick: values.quick, parts: [part] };
}
