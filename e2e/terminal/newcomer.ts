import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { childrenOf, type Ended } from '../daemon.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const UID = 4321;
const CLONE = '/home/newcomer/procmap';
const ENVIRONMENT = { HOME: '/home/newcomer', USER: 'newcomer', PATH: '/home/bin:/usr/local/bin:/usr/bin:/bin' };

/**
 * Turns this machine into another one: separate processes, network, port 8642, /run and /tmp, a copy of /etc, and
 * nothing in /usr/local. The clone is this checkout with another owner: an overlay that copies no data. Nothing written
 * there reaches the machine or the checkout. Without headers, so no module is built or loaded.
 */
const SETUP = `
set -e
mount -t tmpfs -o mode=755 machine /mnt
cd /mnt
mkdir checkout upper work etc
mount --bind "$0" checkout
cp -a /etc/. etc
echo 'newcomer:x:${UID}:${UID}::/home/newcomer:/bin/sh' >>etc/passwd
echo 'newcomer:x:${UID}:' >>etc/group
echo 'prometheus:x:4322:4322::/nonexistent:/bin/false' >>etc/passwd
mkdir -p etc/prometheus etc/default
mount --bind etc /etc
mount -t tmpfs -o mode=755,suid machine /home
mkdir -p ${CLONE} /home/bin
install -m 4755 checkout/e2e/fixtures/bin/sudo /home/bin/sudo
mount -t overlay -o lowerdir=/mnt/checkout,upperdir=/mnt/upper,workdir=/mnt/work,metacopy=on clone ${CLONE}
# What the running tests write there later would be root's.
rm -rf ${CLONE}/node_modules/.vitest-cache
mkdir ${CLONE}/node_modules/.vitest-cache
chmod -R go-w ${CLONE}
chown -R ${UID}:${UID} /home/newcomer
for folder in /run /usr/local /usr/src /lib/modules; do [ ! -d $folder ] || mount -t tmpfs -o mode=755 machine $folder; done
mount -t tmpfs -o mode=1777 machine /tmp
ip link set lo up
echo ready
exec sleep infinity
`;
const NAMESPACES = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
const PROBE = 'mount -t tmpfs t /mnt && mkdir /mnt/u /mnt/w && mount -t overlay -o lowerdir=/usr,upperdir=/mnt/u,workdir=/mnt/w,metacopy=on o /mnt';

/** Whether this test can run here: it needs root and mounts. */
export const canArrive = process.getuid?.() === 0 && spawnSync('unshare', [...NAMESPACES, 'sh', '-c', PROBE]).status === 0;

/** A user with sudo who has just cloned procmap, and types the commands of the READMEs. */
export class Newcomer {
  /** Process id of the user's program, in that machine. */
  readonly pid: string;
  readonly #machine: ChildProcess;
  readonly #inside: readonly string[];
  #served: ChildProcess | null = null;

  private constructor(machine: ChildProcess, inside: readonly string[], pid: string) {
    this.#machine = machine;
    this.#inside = inside;
    this.pid = pid;
  }

  static async arrive(): Promise<Newcomer> {
    const machine = spawn('setpriv', ['--pdeathsig=KILL', 'unshare', ...NAMESPACES, 'sh', '-c', SETUP, ROOT], { stdio: ['ignore', 'pipe', 'pipe'] });
    const complaint = text(machine.stderr);
    const [ready] = (await Promise.race([once(createInterface(machine.stdout), 'line'), once(machine, 'exit')])) as unknown[];
    const [first] = childrenOf(machine.pid ?? 0);
    if (ready !== 'ready' || first === undefined) throw new Error(`there is no machine for a newcomer: ${await complaint}`);
    const user = ['setpriv', `--reuid=${UID}`, `--regid=${UID}`, '--clear-groups', 'env', `--chdir=${CLONE}`];
    const inside = ['--target', String(first), '--mount', '--root', '--net', '--pid', ...user];
    const { stdout } = spawnSync('nsenter', [...inside, 'sh', '-c', 'sleep infinity >/dev/null 2>&1 & echo $!'], { env: ENVIRONMENT, encoding: 'utf8' });
    return new Newcomer(machine, inside, stdout.trim());
  }

  /** Types lines into a shell, which ends at the first that fails. */
  async type(lines: string): Promise<Ended> {
    const shell = this.#shell(lines);
    const [stdout, stderr] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'close')]);
    return { status: shell.exitCode, stdout, stderr };
  }

  /**
   * Types a line that serves, and waits for its link. Ends the previous server. Rejects with the output if there is no
   * link.
   */
  async serve(line: string): Promise<string> {
    await this.interrupt();
    const shell = this.#shell(line);
    this.#served = shell;
    let said = '';
    shell.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    for await (const each of createInterface(shell.stdout)) {
      if (each.startsWith('http')) return each;
      said += each;
    }
    throw new Error(`${line} prints no link: ${said}`);
  }

  /** Ctrl-C, for what is served. */
  async interrupt(): Promise<void> {
    const shell = this.#served;
    this.#served = null;
    if (shell?.pid === undefined || shell.exitCode !== null) return;
    process.kill(-shell.pid, 'SIGINT');
    await once(shell, 'exit');
  }

  async leave(): Promise<void> {
    await this.interrupt();
    this.#machine.kill('SIGKILL');
  }

  #shell(lines: string) {
    return spawn('nsenter', [...this.#inside, 'sh', '-ec', lines], { env: ENVIRONMENT, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  }
}
