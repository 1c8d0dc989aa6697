import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { readCommandLine } from './command-line.ts';
import { readSmall } from './proc-file.ts';
import { parseStat } from './stat.ts';

const started: number[] = [];

afterEach(() => {
  for (const pid of started.splice(0)) process.kill(pid, 'SIGKILL');
});

/** A real sleeping process with these arguments, after those of the shell. */
async function sleeper(...args: readonly string[]): Promise<{ pid: number; argv: string[] }> {
  const own = ['/bin/sh', '-c', 'echo; exec 1>&-; read line'];
  const child = spawn(own[0] ?? '', [...own.slice(1), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const { pid = 0 } = child;
  started.push(pid);
  return { pid, argv: [...own, ...args] };
}

describe('a command line', () => {
  it.each([
    ['of plain words', ['-x', '--y=1', 'z']],
    ['with empty words and spaces', ['', 'a b', '', 'c']],
    ['of other scripts', ['naïve', '数据', '\u{1f525}']],
    ['of 4,096 bytes', ['x'.repeat(4096 - '/bin/sh -c echo; exec 1>&-; read line '.length - 1)]],
  ])('%s is whole', async (_, args) => {
    const { pid, argv } = await sleeper(...args);
    expect(readCommandLine(pid, { thread: pid })).toEqual({ argv, omittedBytes: 0 });
  });

  it('escapes characters that hide or break lines, and bytes that are not text', async () => {
    const { pid } = await sleeper('\u202etxt', 'new\nline');
    expect(readCommandLine(pid, { thread: pid }).argv.slice(-2)).toEqual(['\\u{202e}txt', 'new\\nline']);
  });

  it.each([4097, 5000, 11_000, 100_000])('of %d bytes has its first 3 KiB and its last 1 KiB, and says what is missing', async (bytes) => {
    const classPath = Array.from({ length: 20_000 }, (_, i) => `/opt/${i}.jar`).join(':');
    const padding = bytes - '/bin/sh -c echo; exec 1>&-; read line -cp  org.example.Main '.length;
    const { pid, argv } = await sleeper('-cp', classPath.slice(0, padding), 'org.example.Main');
    const whole = argv.join('\0') + '\0';
    expect(whole).toHaveLength(bytes);
    const read = readCommandLine(pid, { thread: pid });
    expect(read.omittedBytes).toBe(bytes - 4096);
    expect(read.argv.join('\0') + '\0').toBe(`${whole.slice(0, 3072)}…${whole.slice(-1024)}`);
    expect(read.argv.at(-1)).toBe('org.example.Main');
  });

  it.each([0, 1, 2, 3])('is cut between characters, not in them (%d bytes on)', async (shift) => {
    const { pid } = await sleeper('x'.repeat(shift), '\u{1f525}'.repeat(2000));
    const { argv, omittedBytes } = readCommandLine(pid, { thread: pid });
    expect(argv.at(-1)).toMatch(/^\u{1f525}+…\u{1f525}+$/u);
    // The shown and the omitted bytes add up to all of them.
    const shown = Buffer.byteLength(argv.join('\0').replace('…', '')) + 1;
    expect(shown + omittedBytes).toBe('/bin/sh -c echo; exec 1>&-; read line '.length + shift + 1 + 8000 + 1);
  });

  it('is empty for a kernel thread', (context) => {
    // Process 2 of a machine is the parent of the kernel's threads; in a PID namespace it may be any process, or
    // missing.
    const isThread = existsSync('/proc/2/stat') && parseStat(readSmall('/proc/2/stat'))?.kernelThread === true;
    if (!isThread) return context.skip('no kernel thread can be seen here: a pid namespace hides them');
    expect(readCommandLine(2, { thread: 2 })).toEqual({ argv: [], omittedBytes: 0 });
  });
});
