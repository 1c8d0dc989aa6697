import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeProc } from '../../server/test/fake-proc.ts';
import { PROCMAP } from '../daemon.ts';

/** Ctrl-C ends the command, whatever hangs: the file that it reads, or the process that it asks. */
const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Starts it in its own process group, like a shell. */
function start(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  ends.push(() => child.kill('SIGKILL'));
  return child;
}

/** The signal by which it ends when its group gets this one. A shell reports 128 plus the number. */
async function endBy(child: ChildProcess, signal: 'SIGINT' | 'SIGTERM'): Promise<[number | null, NodeJS.Signals | null]> {
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  process.kill(-(child.pid ?? 0), signal);
  return ended;
}

/** The signals that a process catches: bit 0 is signal 1. */
function caught(pid: number): bigint {
  return BigInt(`0x${/^SigCgt:\t(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '0'}`);
}

describe('a command that waits for the kernel', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('is ended by %s as by the kernel itself, which so breaks off what waits for a lock too', async (signal) => {
    const proc = new FakeProc();
    ends.push(() => proc.dispose());
    proc.write(50, {});
    proc.exe(50, '/bin/true');
    proc.block(50, 'maps');
    const child = start(PROCMAP, ['--pid=50', '--no-log'], { PROCMAP_PROC: proc.root });
    const pid = child.pid ?? 0;
    // Waits until it opens the FIFO, which has no writer.
    const waits = (): string => ['wchan', 'cmdline'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1')).join(' ');
    await expect.poll(waits, { timeout: 20_000 }).toMatch(/^(fifo_open|wait_for_partner) .*main\.js/);
    // SIGINT is signal 2, SIGTERM 15.
    expect(caught(pid) & 0x4002n).toBe(0n);
    expect(await endBy(child, signal)).toEqual([null, signal]);
  });
});

describe('a command that waits for the process files', () => {
  it('is ended by Ctrl-C, even if that process neither answers nor ends', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'procmap-stub-'));
    ends.push(() => rmSync(folder, { recursive: true }));
    const stub = join(folder, 'stub.mjs');
    const pidFile = join(folder, 'pid');
    writeFileSync(
      stub,
      `import { writeFileSync } from 'node:fs';
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => undefined);
setTimeout(() => undefined, 60_000);
writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));`,
    );
    const asking = join(import.meta.dirname, '../../server/src/terminal');
    const asker = `const { letSignalsKill } = await import('${asking}/fatal-signals.ts');
const { askProgram } = await import('${asking}/reading/ask-program.ts');
letSignalsKill();
await askProgram(1, ${JSON.stringify(stub)});`;
    const child = start(process.execPath, ['--input-type=module', '-e', asker]);
    const pidOfStub = (): number => {
      try {
        return Number(readFileSync(pidFile, 'utf8'));
      } catch {
        return 0;
      }
    };
    await expect.poll(pidOfStub, { timeout: 20_000 }).toBeGreaterThan(0);
    const pid = pidOfStub();
    ends.push(() => process.kill(pid, 'SIGKILL'));
    // The flag has to be passed on explicitly: a child does not inherit it.
    expect(readFileSync(`/proc/${pid}/cmdline`, 'latin1')).toContain('--disable-sigusr1');
    const began = performance.now();
    expect(await endBy(child, 'SIGINT')).toEqual([null, 'SIGINT']);
    expect(performance.now() - began).toBeLessThan(2000);
    // The stub has not just ended.
    expect(readFileSync(`/proc/${pid}/status`, 'latin1')).toMatch(/^State:\t[SR]/m);
  });
});
