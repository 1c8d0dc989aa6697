import { Use, useName } from './use-list.ts';
import type { UseFacts } from './uses.ts';

/** What a mapping of unknown use is called. */
export const USE_NOT_KNOWN = 'not known';

/** `thread stack: worker-3 812`. */
export function useText({ use, of }: Pick<UseFacts, 'use' | 'of'>): string {
  const name = use === null ? USE_NOT_KNOWN : useName(Use[use]);
  return of === '' ? name : `${name}: ${of}`;
}
