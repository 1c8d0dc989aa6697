import { KIND_LIST, type KindGroup } from './kind-list.ts';

export type KindName = (typeof KIND_LIST)[number][0];

/** The bits that a mask has for kinds and colour classes (web: axis/masks.ts). */
export const MAX_KINDS = 28;

export const KINDS: readonly KindName[] = KIND_LIST.map(([name]) => name);

/** Index of each kind in {@link KINDS}, as typed arrays hold it. */
export const Kind = Object.fromEntries(KINDS.map((name, index) => [name, index])) as { readonly [K in KindName]: number };

export function kindName(kind: number): KindName {
  const name = KINDS[kind];
  if (name === undefined) throw new RangeError(`not a kind: ${kind}`);
  return name;
}

export function kindsOf(group: KindGroup): readonly number[] {
  return KIND_LIST.flatMap(([, of], kind) => (of === group ? [kind] : []));
}

const IS_MAPPING = Uint8Array.from(KIND_LIST, ([, group]) => (group === 'mapping' ? 1 : 0));

/** True for a mapping (a line of /proc/PID/maps); false for gaps, holes and the kernel half. */
export function isMappingKind(kind: number): boolean {
  return IS_MAPPING[kind] === 1;
}
