import { asSentence } from '@procmap/shared/text/sentence.ts';
import { missingRights, missingSentence } from '../../reader/procfs/rights/missing-rights.ts';
import { readsAll, type Standing } from '../../reader/procfs/rights/standing.ts';

/**
 * For the user who starts the daemon: what cannot be read and what to do about it, or null. `serve`: the command line
 * that starts it as root.
 */
export function hiddenText(standing: Standing, serve: string): string | null {
  if (readsAll(standing)) return null;
  if (!standing.root && !standing.container) return `Without root, only your own processes can be read. To see all of them,\nend procmap and run:\n  ${serve}`;
  const [first] = missingRights(standing);
  return first === undefined ? null : asSentence(missingSentence(first));
}
