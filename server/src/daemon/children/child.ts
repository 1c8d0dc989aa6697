import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { childEnvironment, type ChildCommand } from './launch.ts';
import { log } from '../../common/log.ts';

/** A process that still exists this long after SIGKILL is held by the kernel, or may not be killed by us. */
const KILLED_MS = 1000;

/**
 * Starts a child in its own session: Ctrl-C in the terminal reaches only the daemon, which then ends its children in
 * order. Calls `ended` once, with a text for the log, also if the program could not be started. `failed`: a non-zero
 * exit status or a failed start, not a signal.
 */
export function startChild(command: ChildCommand, stdio: StdioOptions, ended: (how: string, failed: boolean) => void): ChildProcess {
  const child = spawn(command.program, command.args, { stdio, env: childEnvironment(), detached: true, cwd: '/' });
  let told = false;
  const tell = (how: string, failed: boolean): void => {
    if (told) return;
    told = true;
    ended(how, failed);
  };
  child.on('error', (error) => tell(error.message, true));
  child.on('exit', (status, signal) => tell(signal === null ? `exit status ${status}` : `signal ${signal}`, signal === null && status !== 0));
  return child;
}

/** Also true for a child that could not be started. */
export function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

/** Resolves to true if the child ends within this time. */
export function endsWithin(child: ChildProcess, ms: number): Promise<boolean> {
  if (hasExited(child)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const ended = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    const timer = setTimeout(() => {
      child.off('exit', ended);
      resolve(false);
    }, ms);
    child.once('exit', ended);
  });
}

/**
 * Kills the child. If it does not even die of SIGKILL, releases it, so that this process can end without it. `name`:
 * for the log.
 */
export async function killChild(child: ChildProcess, name: string): Promise<void> {
  const { pid } = child;
  if (pid === undefined || hasExited(child)) return;
  child.kill('SIGKILL');
  if (await endsWithin(child, KILLED_MS)) return;
  log('error', `${name} cannot be ended and is left behind`, { pid });
  if (child.connected) child.disconnect();
  for (const stream of child.stdio) stream?.destroy();
  child.unref();
}
