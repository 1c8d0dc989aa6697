import type { RecordingHead } from '@procmap/shared/formats/recording-head.ts';
import { liveFile } from '../../reader/procfs/process/live-file.ts';
import { look } from '../../reader/procfs/process/look.ts';
import { isFailure } from '../../reader/procfs/process/outcome.ts';
import { readSmall } from '../../reader/procfs/process/proc-file.ts';
import { readLabel } from '../../reader/procfs/process/read-label.ts';
import { parseStatus } from '../../reader/procfs/process/status.ts';
import { userName } from '../../reader/procfs/process/users.ts';
import { commandLineOf, nameOf } from '../reading/process-map.ts';

/** What the head of a recording says of its process. What cannot be read any more is ''. */
export function describeProcess(pid: number, comm: string, startTime: number): RecordingHead['process'] {
  const now = look(pid);
  const cmdline = isFailure(now) ? '' : commandLineOf(pid, now);
  return { pid, start_time: startTime, name: nameOf(readLabel(pid, comm)), cmdline, user: isFailure(now) ? '' : userOf(liveFile(pid, now, 'status')) };
}

function userOf(status: string): string {
  try {
    const { uid } = parseStatus(readSmall(status));
    return userName(uid);
  } catch {
    return '';
  }
}
