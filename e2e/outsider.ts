import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { otherUser } from '../server/test/other-user.ts';

/** The uid of {@link otherUser}. */
export const OUTSIDER_UID = 1234;

export { otherUser };

/** A script for attempts by another user of this machine. Each call is a separate process. */
const CALL = `
const { connect } = require('node:net');
const [where, bytes] = JSON.parse(process.argv[1]);
const socket = connect(where);
let all = '';
socket.setTimeout(20000, () => socket.destroy());
socket.on('data', (chunk) => { all += chunk.toString('latin1'); if (all.startsWith('HTTP/1.1 101')) socket.destroy(); });
socket.on('error', (error) => { all ||= error.code; });
socket.on('close', () => process.stdout.write(all));
socket.write(bytes, 'latin1');`;

/** Sends bytes as another user; returns the whole answer, or the name of the system's error. */
export async function callAsOutsider(where: { readonly port: number; readonly host: string } | { readonly path: string }, bytes: string): Promise<string> {
  return asOutsider([process.execPath, '-e', CALL, JSON.stringify([where, bytes])]);
}

/** Starts a script as another user; the caller ends it. */
export function spawnAsOutsider(script: string, ...args: readonly string[]): ChildProcessByStdio<null, Readable, null> {
  const [program, ...before] = otherUser ?? [];
  if (program === undefined) throw new Error('there is no other user here');
  return spawn(program, [...before, process.execPath, '-e', script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Runs a command as another user; returns its output on both streams. */
export async function asOutsider(command: readonly string[]): Promise<string> {
  const [program = '', ...args] = [...(otherUser ?? []), ...command];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000 });
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return out + error;
}
