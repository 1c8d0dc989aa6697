import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { childEnvironment, type Command } from './launch.ts';

/**
 * Starts a child in a session of its own: a Ctrl-C in the terminal reaches the daemon only, which then ends its children in order. `ended` is called once, with
 * words for the log, also when the program could not be started; `failed`: not by a signal, and not because it was done.
 */
export function startChild(command: Command, stdio: StdioOptions, ended: (how: string, failed: boolean) => void): ChildProcess {
  const child = spawn(command.program, command.args, { stdio, env: childEnvironment(), detached: true, cwd: '/' });
  let told = false;
  const tell = (how: string, failed: boolean): void => {
    if (told) return;
    told = true;
    ended(how, failed);
  };
  child.on('error', (error) => {
    tell(error.message, true);
  });
  child.on('exit', (status, signal) => {
    tell(signal === null ? `exit status ${status}` : `signal ${signal}`, signal === null && status !== 0);
  });
  return child;
}
