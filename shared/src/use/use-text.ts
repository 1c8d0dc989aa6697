import { Use, useName, type UseWord } from './use-list.ts';
import type { UseFacts } from './uses.ts';

/** What a mapping of unknown use is called. */
export const USE_NOT_KNOWN = 'not known';

/** Whose these are says what they are: `Java heap`, `ASan shadow`, `Java metaspace`. */
const NAMED_BY_OWNER: ReadonlySet<UseWord | null> = new Set<UseWord>(['gc_heap', 'shadow', 'class_space']);

export function isNamedByOwner(use: UseWord | null): boolean {
  return NAMED_BY_OWNER.has(use);
}

/** `thread stack: worker-3 812`, `Java heap`. `count`: of how many mappings. `separator`: before whose it is. */
export function useText({ use, of }: Pick<UseFacts, 'use' | 'of'>, count = 1, separator = ': '): string {
  const name = use === null ? USE_NOT_KNOWN : useName(Use[use], count);
  return of === '' ? name : isNamedByOwner(use) ? of : `${name}${separator}${of}`;
}
