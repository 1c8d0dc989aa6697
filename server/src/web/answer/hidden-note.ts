import { asSentence, missingSentence } from '../../reader/procfs/rights/missing-rights.ts';
import type { SystemInfo } from '../../reader/protocol/protocol.ts';

const WITHOUT_ROOT = 'procmap runs without root, so only your own processes can be read; start it as root (sudo make run) to see all of them.';

/** What cannot be shown here, why, and how to see it; then what else is not as it should be (ConfigMessage.notes). Empty: nothing of that. */
export function hiddenNote({ root, container, reads_all, missing }: SystemInfo, notes: readonly string[]): string {
  if (!root && !container) return reads_all ? '' : WITHOUT_ROOT;
  // The first one says what to do; it is done for the others in the same way, and the note of the kernel half repeats it for CAP_SYSLOG.
  const sentences = missing.map((right, i) => (i === 0 ? missingSentence(right) : `${right.capability} is missing, so ${right.hides}`));
  return [...sentences, ...notes].map(asSentence).join(' ');
}
