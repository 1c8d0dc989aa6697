import { asSentence } from '@procmap/shared/text/sentence.ts';
import { missingSentence } from '../../reader/procfs/rights/missing-rights.ts';
import type { SystemInfo } from '../../reader/protocol/protocol.ts';

const WITHOUT_ROOT = 'procmap runs without root, so only your own processes can be read; start it as root (sudo make run) to see all of them.';

/**
 * What cannot be shown here, why, and how to see it, followed by other limitations (ConfigMessage.notes). Empty: no
 * limitations.
 */
export function hiddenNote({ root, container, reads_all, missing }: SystemInfo, notes: readonly string[]): string {
  if (!root && !container) return reads_all ? '' : WITHOUT_ROOT;
  // Only the first one says what to do: it is the same for the others, and the kernel half's note repeats it for
  // CAP_SYSLOG.
  const sentences = missing.map((right, i) => (i === 0 ? missingSentence(right) : `${right.capability} is missing, so ${right.hides}`));
  return [...sentences, ...notes].map(asSentence).join(' ');
}
