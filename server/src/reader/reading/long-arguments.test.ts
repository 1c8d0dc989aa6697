import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeProc } from '../../../test/fake-proc.ts';
import { ReaderClient } from '../../../test/reader-client.ts';

const PROCESSES = 400;
/** The kernel's default limit: a quarter of the stack's 8 MB. */
const ARGUMENTS_BYTES = 2_000_000;
const SHOWN_BYTES = 4096;
/** Limit for the reader with all its threads. The arguments of these processes are more than three times as large. */
const MAX_MEMORY_MB = 250;

let proc: FakeProc;
let reader: ReaderClient;

beforeEach(() => {
  proc = new FakeProc();
  const cmdline = join(proc.root, 'cmdline');
  writeFileSync(cmdline, `java\0${'\xff/a/class/path.jar:'.repeat(200_000)}`.slice(0, ARGUMENTS_BYTES), 'latin1');
  for (let pid = 1; pid <= PROCESSES; pid++) {
    proc.write(pid, { comm: 'java' });
    rmSync(proc.path(pid, 'cmdline'));
    linkSync(cmdline, proc.path(pid, 'cmdline'));
  }
  reader = new ReaderClient({ procRoot: proc.root });
});

afterEach(async () => {
  await reader.stop();
  proc.dispose();
});

function mostMemoryMb(): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${reader.process.pid}/status`, 'latin1'))?.[1]) / 1000;
}

it('hundreds of processes with two megabytes of arguments each are listed, with the beginning and the end of these, in little memory', async () => {
  const { head } = await reader.ask({ op: 'processes' });
  if (head.status !== 'processes') throw new Error(JSON.stringify(head));
  expect(head.processes).toHaveLength(PROCESSES);
  for (const { cmdline, cmdline_omitted: omitted } of head.processes) {
    expect(omitted).toBeGreaterThanOrEqual(ARGUMENTS_BYTES - SHOWN_BYTES);
    // A byte that is not UTF-8 takes four characters.
    expect(cmdline.length).toBeLessThan(4 * SHOWN_BYTES);
    expect(cmdline).toMatch(/^java \\xff\/a\/class\/path\.jar:.*….*$/);
  }
  expect(mostMemoryMb()).toBeLessThan(MAX_MEMORY_MB);
});
