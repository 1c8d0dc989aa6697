import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { childEnvironment, type ChildCommand } from './launch.ts';
import { log } from '../../common/log.ts';

/** What is not gone so long after SIGKILL waits for something in the kernel, or may not be killed by this process. */
const KILLED_MS = 1000;

/**
 * Starts a child in a session of its own: a Ctrl-C in the terminal reaches the daemon only, which then ends its children in order. `ended` is called once, with
 * words for the log, also when the program could not be started; `failed`: not by a signal, and not because it was done.
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

/** Also true of what could not be started. */
export function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

/** Whether it ends by then. */
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

/** Ends it, whatever it does. Where even that does not help this process goes on without it, and can end. `name`: for the log. */
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
