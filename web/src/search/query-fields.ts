import { type FigureColumn, HUGETLB } from '@procmap/shared/figures/mapping-figures.ts';
import type { Operator } from './query-tokens.ts';

/** The type of a field's values: how they are parsed and compared. */
export type FieldType =
  | 'kind'
  | 'use'
  | 'of'
  | 'certainty'
  | 'perms'
  | 'type'
  | 'name'
  | 'space'
  | 'deleted'
  | 'views'
  | 'device'
  | 'inode'
  | 'size'
  | 'address'
  | 'figure'
  | 'percent'
  | 'flag';

export interface Field {
  readonly name: string;
  /** Other names of the field. */
  readonly aliases: readonly string[];
  readonly type: FieldType;
  /** A few words for the list under the search box. */
  readonly hint: string;
  /** A complete term as an example. */
  readonly example: string;
  /** For figures: the columns to add up. */
  readonly columns?: readonly FigureColumn[];
}

function field<N extends string, T extends FieldType>(
  name: N,
  type: T,
  hint: string,
  example: string,
  aliases: readonly string[] = [],
): Field & { readonly name: N; readonly type: T } {
  return { name, aliases, type, hint, example };
}

function figure(name: string, hint: string, columns: readonly FigureColumn[], aliases: readonly string[] = []): Field & { readonly type: 'figure' } {
  return { name, aliases, type: 'figure', hint, example: `${name}>1M`, columns };
}

const ALL = [
  field('name', 'name', 'part of a name; name="": no name', 'name:libc', ['file', 'path']),
  field('kind', 'kind', 'heap, stack, text …', 'kind:heap,stack'),
  field('use', 'use', 'what it is for: stack, heap; none: not known', 'use:stack'),
  field('of', 'of', 'whose: a thread, a file, a runtime', 'of:worker-3'),
  field('certainty', 'certainty', 'of the use: told, seen, likely', 'certainty:likely'),
  field('perm', 'perms', 'has w; r-x exactly; w+x both', 'perm:w', ['perms', 'mode']),
  field('size', 'size', 'of the region: 4K, 1M, 2pages', 'size>1M'),
  field('type', 'type', 'p private, s shared', 'type:s'),
  field('space', 'space', 'user, kernel, none', 'space:user'),
  field('start', 'address', 'first address, in hex', 'start>0x7f0000000000'),
  field('end', 'address', 'end, in hex, exclusive', 'end<0x800000000000'),
  field('offset', 'size', 'in the file: 0x1000, 4K', 'offset>0'),
  field('inode', 'inode', 'of the file', 'inode:1234'),
  field('dev', 'device', 'of the file, major:minor', 'dev:fe:00', ['device']),
  field('deleted', 'deleted', 'a file that had a name and has lost it', 'deleted:yes'),
  field('views', 'views', 'mapped more than once; w+x among them', 'views:yes'),
  figure('rss', 'in memory, without hugetlb', ['rss']),
  figure('hugetlb', 'in huge pages of hugetlbfs', HUGETLB),
  figure('pss', 'in memory, proportional share', ['pss']),
  figure('swap', 'swapped out', ['swap']),
  figure('anon', 'anonymous memory', ['anonymous'], ['anonymous']),
  figure('dirty', 'modified', ['privateDirty', 'sharedDirty']),
  figure('clean', 'not modified', ['privateClean', 'sharedClean']),
  figure('private', 'mapped only by this process', ['privateClean', 'privateDirty'], ['uss']),
  figure('shared', 'mapped by several processes', ['sharedClean', 'sharedDirty']),
  figure('referenced', 'recently used', ['referenced']),
  figure('thp', 'in transparent huge pages', ['anonHugePages', 'shmemHuge', 'fileHuge']),
  figure('locked', 'locked in memory', ['locked']),
  field('resident', 'percent', 'share in memory', 'resident<50%'),
  field('flag', 'flag', 'two letters of VmFlags', 'flag:io', ['flags']),
] as const;

/** Number fields that do not come from smaps: query-match.ts knows where each comes from. */
export type OwnNumber = Extract<(typeof ALL)[number], { readonly type: 'size' | 'address' | 'inode' }>['name'];

/** All fields of terms, in the order in which they are offered. */
export const FIELDS: readonly Field[] = ALL;

const byName = new Map(FIELDS.flatMap((each) => [each.name, ...each.aliases].map((name) => [name, each] as const)));

export function fieldOf(name: string): Field | null {
  return byName.get(name) ?? null;
}

const NUMBERS: readonly FieldType[] = ['size', 'address', 'inode', 'figure', 'percent'];

export function isNumber({ type }: Field): boolean {
  return NUMBERS.includes(type);
}

/** Operators between a field and its value. */
export function operatorsOf(of: Field): readonly Operator[] {
  return isNumber(of) ? [':', '=', '!=', '>', '>=', '<', '<='] : [':', '=', '!='];
}
