import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Sample } from './rounds.ts';

/** Runs a program and discards its output. The time includes its start; its CPU time is unknown. */
export async function run(program: string, ...args: string[]): Promise<Sample> {
  const sink = await open('/dev/null', 'w');
  const begin = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', sink.fd, 'inherit'] });
  const [status] = (await once(child, 'exit')) as [number | null];
  const wallMs = performance.now() - begin;
  await sink.close();
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with status ${status}`);
  return { wallMs, cpuMs: NaN };
}
