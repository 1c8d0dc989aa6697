import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PROCMAP, run } from '../daemon.ts';

/** `procmap serve` in a separate terminal (script(1)): its output for people. */
let folder: string;
let session: ChildProcessWithoutNullStreams;
let said: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'procmap-start-'));
});

afterEach(async () => {
  if (session.exitCode === null && session.signalCode === null) {
    // Ctrl-C.
    session.stdin.write('\x03');
    await once(session, 'exit');
  }
  rmSync(folder, { recursive: true });
});

/** Starts it from a shell of that name; resolves with all output before its first log record. */
async function start(shell: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
  copyFileSync('/bin/sh', join(folder, shell));
  // Replaces the shell that script(1) runs, which would die of Ctrl-C.
  const command = `exec '${join(folder, shell)}' -c "trap : INT; '${PROCMAP}' serve --port=0 --unsafe-path; exit \\$?"`;
  session = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], { env: { ...process.env, ...env } });
  said = '';
  session.stdout.on('data', (chunk: Buffer) => (said += chunk.toString().replaceAll('\r', '')));
  await expect.poll(() => said, { timeout: 30_000 }).toMatch(/kernel half: .*\n$/);
}

it('a terminal shows the link, how to end it and how to have another link, which works; then words, and no JSON', async () => {
  await start('shell');
  expect(said).toMatch(
    /^\nprocmap [0-9.]+ is running\. Ctrl-C ends it\.\n\n {2}Open http:\/\/[a-z][a-z0-9]{15}\.localhost:[0-9]+\/#k=[\w-]{43}\n\nThe link works once/,
  );
  expect(said).toMatch(/\n[0-9:]{8} kernel half: .* \(source: [a-z]+\)\n$/);
  expect(said).not.toContain('{');
  const [, open = ''] = /For another one, in another terminal:\n {2}(.*)\n/.exec(said) ?? [];
  expect(open).toBe(`${PROCMAP} open --port=${/:([0-9]+)\/#k/.exec(said)?.[1]}`);
  expect((await run(['sh', '-c', `cd / && ${open}`])).stdout).toMatch(/^http:\/\/[a-z][a-z0-9]{15}\.localhost:[0-9]+\/#k=[\w-]{43}\n$/);
  session.stdin.write('\x03');
  expect(await once(session, 'exit')).toEqual([0, null]);
});

it('an ssh login is recognised by the parent processes, without the environment', async () => {
  await start('sshd-session', { SSH_CONNECTION: '', SSH_CLIENT: '', SSH_TTY: '' });
  expect(said).toMatch(/You are connected over ssh\. First run this on your own machine:\n {2}ssh -L ([0-9]+):127\.0\.0\.1:\1 \S+\n/);
});

it.runIf(process.getuid?.() === 0)('a caller of sudo gets the sudo command and no warning; a root shell gets a warning', async () => {
  await start('shell', { SUDO_UID: '1234' });
  expect(said).toMatch(/in another terminal:\n {2}sudo \S+\/procmap open --port=/);
  expect(said).not.toContain('Warning');
  session.stdin.write('\x03');
  await once(session, 'exit');
  await start('shell', { SUDO_UID: '' });
  expect(said).toMatch(/Warning: only connections from root are accepted\.[^]*\/procmap serve --port=[0-9]+ --unsafe-path --peer-uid=/);
});
