import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Arch } from './image/arch.ts';

/**
 * What each machine needs on the kernel's command line: a panic ends it (by -no-reboot), as does an oops, and no panic only because a busy host let the timer's
 * interrupts wait. The mitigations cost time and guard nothing here.
 */
const PARAMETERS = ['quiet', 'panic=-1', 'oops=panic', 'no_timer_check', 'mitigations=off'];

export interface Machine {
  readonly arch: Arch;
  /** qemu's -cpu: of amd64 `max` has five levels of page tables, `max,-la57` four. */
  readonly cpu: string;
  /** Of amd64 a bzImage. */
  readonly kernel: string;
  readonly initrd: string;
  /** The kernel's command line, besides what every machine needs. */
  readonly parameters: readonly string[];
  /** Folders that the guest can mount, by 9p and these names. */
  readonly shares: readonly Share[];
  readonly memoryMib: number;
  readonly processors: number;
  /** More of qemu's command line, such as a network device. */
  readonly qemu: readonly string[];
}

export interface Share {
  readonly tag: string;
  readonly path: string;
  readonly readOnly: boolean;
}

/** Runs an emulated machine until it is off, and gives what its console showed. After the time limit it is killed, and this rejects. */
export async function runMachine(machine: Machine, timeLimitMs: number): Promise<string> {
  // setpriv becomes qemu, which the kernel then kills if we end first, however we do.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', machine.arch.qemu, ...qemuArguments(machine)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeLimitMs,
    killSignal: 'SIGKILL',
  });
  let screen = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('latin1').on('data', (text: string) => (screen += text));
  await once(child, 'close');
  if (child.signalCode !== null) throw new Error(`the guest was not done after ${timeLimitMs / 1000} s; its console's last lines:\n${lastLines(screen)}`);
  return screen;
}

function qemuArguments({ arch, cpu, kernel, initrd, parameters, shares, memoryMib, processors, qemu }: Machine): string[] {
  return [
    // Never /dev/kvm: where it opens, a kernel may hang in it all the same.
    ...[...arch.machine, '-accel', 'tcg,thread=multi', '-cpu', cpu, '-smp', String(processors), '-m', String(memoryMib)],
    ...['-nodefaults', '-no-reboot', '-nographic', '-serial', 'stdio'],
    // Not the vmlinux in it, which qemu could enter directly and 3 s sooner: what turns on five levels, and KASLR, is the code before it.
    ...['-kernel', kernel, '-initrd', initrd, '-append', [`console=${arch.console}`, ...PARAMETERS, ...parameters].join(' ')],
    ...shares.flatMap(({ tag, path, readOnly }) => [
      '-virtfs',
      `local,path=${path},mount_tag=${tag},security_model=none,multidevs=remap,readonly=${readOnly ? 'on' : 'off'}`,
    ]),
    ...qemu,
  ];
}

export function lastLines(screen: string): string {
  return screen.trim().split(/\r?\n/).slice(-15).join('\n');
}
