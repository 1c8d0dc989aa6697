import type { Program } from '@procmap/shared/files/program.ts';
import { askFiles, FILES } from './ask-files.ts';
import type { Read } from './read.ts';

/** Longer than the files process takes to report a hang: a second. */
const MAX_MS = 10_000;

/** The program of a process. `script`: that of the files process. */
export async function askProgram(pid: number, script = FILES): Promise<Read<Program>> {
  const head = await askFiles({ op: 'program', pid }, { script, maxMs: MAX_MS });
  if (head === null) return { value: null, why: whyHeld(pid) };
  if (!('status' in head)) return { value: null, why: head.message };
  if (head.status === 'program') return { value: head.program, why: '' };
  return { value: null, why: head.status === 'error' && head.error !== 'stalled' ? head.message : whyHeld(pid) };
}

/** Unlike heldFailure(), promises no other attempt: a command asks once. */
function whyHeld(pid: number): string {
  return `process ${pid} does not answer: the kernel holds the request`;
}
