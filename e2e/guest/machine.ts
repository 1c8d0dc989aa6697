import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Arch } from './image/arch.ts';

/**
 * Kernel parameters of every machine. A panic ends it (by -no-reboot), and an oops causes one; late timer interrupts on
 * a busy host do not. Mitigations cost time and protect nothing here.
 */
const PARAMETERS = ['quiet', 'panic=-1', 'oops=panic', 'no_timer_check', 'mitigations=off'];

export interface Machine {
  readonly arch: Arch;
  /** qemu's -cpu. For amd64, `max` has five levels of page tables, `max,-la57` four. */
  readonly cpu: string;
  /** For amd64, a bzImage. */
  readonly kernel: string;
  readonly initrd: string;
  /** Kernel parameters in addition to those of every machine. */
  readonly parameters: readonly string[];
  /** Folders that the guest can mount by 9p, under these names. */
  readonly shares: readonly Share[];
  readonly memoryMib: number;
  readonly processors: number;
  /** Additional arguments of qemu, such as a network device. */
  readonly qemu: readonly string[];
}

export interface Share {
  readonly tag: string;
  readonly path: string;
  readonly readOnly: boolean;
}

/**
 * Runs an emulated machine until it is off, and returns its console output. Kills it after the time limit, and rejects
 * then.
 */
export async function runMachine(machine: Machine, timeLimitMs: number): Promise<string> {
  // setpriv executes qemu, which the kernel kills when we end, however we do.
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
    // Never /dev/kvm: even if it opens, a kernel may hang in it.
    ...[...arch.machine, '-accel', 'tcg,thread=multi', '-cpu', cpu, '-smp', String(processors), '-m', String(memoryMib)],
    ...['-nodefaults', '-no-reboot', '-nographic', '-serial', 'stdio'],
    // Not the vmlinux inside, which qemu could start directly and 3 s sooner: the code before it sets up five levels
    // and KASLR.
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
