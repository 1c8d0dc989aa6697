import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { busybox } from './image/busybox.ts';
import { describeGuests } from './describe-guests.ts';
import { runInGuest } from './guest.ts';
import { type Guest, kernelOf } from './guests.ts';
import { fetchHeaders } from './lkm-build.ts';
import { GuestReport } from './lkm-report.ts';

const SCRIPT = join(import.meta.dirname, 'in-guest', 'load-in-guest.sh');
const CHECKOUT = join(import.meta.dirname, '../..');
/** The compiler is emulated too. Seen: 60 s. */
const TIME_LIMIT_MS = 700_000;

async function runLoad(guest: Guest): Promise<GuestReport> {
  const kernel = await kernelOf(guest);
  const command = ['sh', SCRIPT, CHECKOUT, await fetchHeaders(kernel), await busybox()];
  // Without the check for use of freed memory, which makes a guest slow.
  const parameters = guest.parameters.filter((parameter) => parameter.startsWith('lockdown='));
  const { stdout, stderr } = await runInGuest(command, { kernel, cpu: guest.cpu, parameters, timeLimitMs: TIME_LIMIT_MS });
  expect(stderr).toBe('');
  return new GuestReport(stdout, 64);
}

describeGuests(['amd64-6.1'], 'load.sh in $name', (guest) => {
  let report: GuestReport;

  beforeAll(async () => {
    report = await runLoad(guest);
  });

  it.each<[string, string, number]>([
    ['others_write', "not loaded: users other than root and uid 1234 can write to /tmp/my tree/lkm/Kbuild: sudo chmod -R go-w '/tmp/my tree/lkm'", 0],
    ['not_loaded', 'is not loaded', 0],
    ['loaded', 'loaded', 1],
    ['again', 'is already loaded', 1],
    ['changed', 'reloaded, since its sources have changed', 1],
    ['swapped', 'not loaded: the module was changed after it was built', 1],
    ['unloaded', 'unloaded', 0],
    ['unsigned', 'not loaded: the kernel refuses unsigned modules (lockdown, Secure Boot)', 0],
    ['disabled', 'not loaded: loading modules is disabled (kernel.modules_disabled)', 0],
  ])('%s: reports the result in one line, and it is true', (step, said, loaded) =>
    expect(report.lines(step)).toEqual([`procmap: kernel module ${said}`, `status 0, ${loaded} loaded`]),
  );

  it('leaves nothing of root’s in a user’s checkout', () => expect(report.lines('roots')).toEqual(['status 0, 1 loaded']));

  it('prints nothing when it is skipped', () => expect(report.lines('left_out')).toEqual(['status 0, 0 loaded']));

  it('says how to get the headers, and where the sources are wrong', () => {
    const [headers] = report.lines('no_headers');
    expect(headers).toMatch(
      /^procmap: kernel module not loaded: there are no kernel headers: make run LKM=install, or apt-get install linux-headers-6\.1\.\S+-amd64$/,
    );
    expect(report.lines('broken')).toEqual([
      expect.stringMatching(/^procmap: kernel module not loaded: it does not build for Linux 6\.1\.\S+: main\.c:1: error: no C$/),
      'status 0, 0 loaded',
    ]);
  });

  it('says so when the headers cannot be installed', () =>
    expect(report.text('not_installed')).toMatch(
      /^procmap: kernel module not loaded: apt-get could not install linux-headers-6\.1\.\S+-amd64\nstatus 0, 0 loaded\n$/,
    ));

  it('loads what shows the regions', () => expect(report.text('files')).toMatch(/^ffffffffff600000,ffffffffff601000,---,vsyscall\n/));
});

describeGuests(['amd64-lockdown-integrity'], 'load.sh in $name', (guest) =>
  it('says that the kernel refuses it', async () => {
    const report = await runLoad(guest);
    expect(report.lines('refused')).toEqual([
      'procmap: kernel module not loaded: the kernel refuses unsigned modules (lockdown, Secure Boot)',
      'status 0, 0 loaded',
    ]);
  }),
);
