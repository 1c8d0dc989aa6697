import type { ProcessIdentity } from '@procmap/shared/frame.ts';
import type { Program } from '@procmap/shared/files/program.ts';
import { Answer } from '../net/answer.svelte.ts';

/** The facts about the machine that the page shows. */
interface MachineFacts {
  readonly kernel_release: string;
  readonly arch: string;
  readonly page_size: number;
  /** 0: unknown. */
  readonly paging_levels: number;
}

/** The program of the watched process, and its machine. */
export class ProgramFacts {
  readonly program = new Answer<Program>(readProgram);
  readonly machine = new Answer<MachineFacts>(readMachine);

  /** Asks once per process, and again after an exec, which changes its name. */
  ask({ pid, startTime, comm }: ProcessIdentity, key: string): void {
    void this.program.ask(`${pid} ${startTime} ${comm}`, `/api/processes/${pid}/program`, key);
    void this.machine.ask('machine', '/api/system', key);
  }
}

type Fields = Readonly<Record<string, unknown>>;

function hasAll(body: unknown, type: 'string' | 'number', fields: readonly string[]): body is Fields {
  return typeof body === 'object' && body !== null && fields.every((field) => typeof (body as Fields)[field] === type);
}

function readProgram(body: unknown): Program | null {
  return hasAll(body, 'string', ['exe', 'exe_type', 'interpreter']) ? (body as unknown as Program) : null;
}

function readMachine(body: unknown): MachineFacts | null {
  return hasAll(body, 'string', ['kernel_release', 'arch']) && hasAll(body, 'number', ['page_size', 'paging_levels'])
    ? (body as unknown as MachineFacts)
    : null;
}
