import { beforeAll, expect, it } from 'vitest';
import { PROCMAP } from '../daemon.ts';
import { buildFixtures, FIXTURES } from '../fixtures/fixture.ts';
import { bundle } from './bundle.ts';
import { describeGuests } from './describe-guests.ts';
import { runInGuest } from './guest.ts';
import { kernelOf } from './guests.ts';
import type { MuteReport } from './mute-report.ts';

/** Seen: 200 s at a load of 15 on two cores. */
const BOOT_LIMIT_MS = 700_000;

describeGuests(['amd64-6.1', 'amd64-6.12'], 'a file system that stops answering, in $name,', (guest) => {
  let report: MuteReport;

  beforeAll(async () => {
    buildFixtures();
    const command = ['env', `PROCMAP_FIXTURES=${FIXTURES}`, process.execPath, await bundle('mute-in-guest'), PROCMAP];
    const kernel = await kernelOf(guest);
    const { status, stdout, stderr } = await runInGuest(command, { kernel, cpu: guest.cpu, modules: ['fuse'], processors: 2, timeLimitMs: BOOT_LIMIT_MS });
    if (status !== 0) throw new Error(`it failed in the guest: ${stderr}`);
    report = JSON.parse(stdout) as MuteReport;
    const { others, terminal, stop } = report;
    const worst = Object.entries(others).map(([name, { count, worstMs }]) => `${name} ${worstMs} ms of ${count}`);
    process.stdout.write(
      `${guest.name}, ms: program ${report.program.ms}, file ${report.file.ms}, at the bound ${report.last.ms}; ${worst.join(', ')}; terminal ${terminal.ms}, stop ${stop.ms}\n`,
    );
  }, BOOT_LIMIT_MS);

  it('is as any other while it answers', () => {
    expect(report.before.program).toMatchObject({ status: 200, body: { exe: expect.stringMatching(/\/program$/) as string, interpreter: '' } });
    expect(report.before.file).toMatchObject({ status: 200, body: { state: 'same', elf_address: '0x400000' } });
  });

  it('delays a request for its files only until that is noticed, and only once', () => {
    const { program, file, again } = report;
    expect(program).toMatchObject({ status: 503, body: { error: 'stalled', message: expect.stringContaining('does not answer') as string } });
    expect(file).toEqual({
      status: 200,
      body: { state: 'unknown', reason: 'its file system (fuse.mute) does not answer', build_id: null, elf_address: null },
      ms: file.ms,
    });
    expect(again).toMatchObject({ status: 503, body: { error: 'stalled' } });
    // After 30 s the web process would have reported that itself, in other words.
    for (const { ms } of [program, file]) expect(ms).toBeLessThan(30_000);
  });

  it('leaves threads that no signal ends, and another process takes the place of theirs', () => {
    // At least one of each of the four; two if both had started in time.
    expect(report.threads.length).toBeGreaterThanOrEqual(4);
    for (const { at } of report.threads) expect(at).toMatch(/fuse|request_wait_answer/);
    expect(report.next).toMatchObject({ status: 200 });
    expect(report.lingering).toEqual([1, 2, 3, 4]);
  });

  it('blocks only a few processes: after that, requests for files are refused in time', () => {
    expect(report.last).toMatchObject({ status: 503, body: { error: 'stalled' } });
    expect(report.last.ms).toBeLessThan(20_000);
    expect(report.log).toContain('but the kernel still holds it');
  });

  it('delays nothing else: no reader is replaced, and all other requests are answered', () => {
    expect(report.readers[1]).toBe(report.readers[0]);
    for (const [name, { count, worstMs, statuses }] of Object.entries(report.others)) {
      expect([name, statuses, count > 5]).toEqual([name, [200], true]);
      expect([name, worstMs < 10_000]).toEqual([name, true]);
    }
  });

  it('holds up neither the command line nor the end of the daemon', () => {
    expect(report.terminal.status).toBe(0);
    expect(report.terminal.ms).toBeLessThan(30_000);
    expect(report.terminal.stdout).toContain('does not answer');
    expect(report.stop.status).toBe(0);
    expect(report.stop.ms).toBeLessThan(15_000);
  });
});
