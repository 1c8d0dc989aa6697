import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Ended } from '../daemon.ts';
import { fetchFrom } from '../http.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const UID = 4321;
const SECONDS = 1000;

/**
 * Moves the "fetched" files to where npm would have unpacked them, and records its user and the place of its cache.
 */
const NPM = `#!/bin/sh
case $* in
"config get globalconfig") echo /dev/null ;;
ci*)
  echo "$(id -u) $HOME $*" >>"$PREPARED/log"
  [ "\${PWD##*/}" = .toolchain ] && part=toolchain || part=packages
  mv "$PREPARED/$part" node_modules
  ;;
*) exec node "$(dirname "$(dirname "$(command -v node)")")/../npm/bin/npm-cli.js" "$@" ;;
esac
`;

/**
 * A new clone in the closed home of a user with a group of that user's own, which exists only in the /etc/passwd of its
 * own processes during the test. The files that npm would fetch are prepared; only that user's shell finds this npm.
 */
export class Clone {
  readonly top = mkdtempSync(join(tmpdir(), "procmap's clone "));
  readonly home = join(this.top, 'home');
  readonly root = join(this.home, 'proc map');
  readonly #prepared = join(this.top, 'prepared');

  constructor() {
    chmodSync(this.top, 0o755);
    mkdirSync(this.home);
    chmodSync(this.home, 0o700);
    this.#addUser();
    this.#prepare();
    this.#hideNpm();
    execFileSync('git', ['-c', 'safe.directory=*', 'clone', '-q', '--no-local', ROOT, this.root]);
    // Includes uncommitted changes.
    const changed = execFileSync('git', ['-c', 'safe.directory=*', 'ls-files', '-mo', '--exclude-standard', '-z'], { cwd: ROOT, encoding: 'utf8' });
    for (const file of changed.split('\0').filter((name) => existsSync(join(ROOT, name)) && name !== '')) {
      mkdirSync(join(this.root, file, '..'), { recursive: true });
      copyFileSync(join(ROOT, file), join(this.root, file));
    }
    execFileSync('chmod', ['-R', 'u=rwX,g=u,o=rX', this.root]);
    execFileSync('chown', ['-R', `${UID}:${UID}`, this.home, this.#prepared]);
  }

  /** A line for each run of npm ci, with its user. */
  get fetched(): string[] {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').trimEnd().split('\n') : [];
  }

  /** Paths that do not belong to the user. */
  get strangers(): string[] {
    return execFileSync('find', [this.home, '!', '-uid', String(UID)], { encoding: 'utf8' })
      .split('\n')
      .slice(0, -1);
  }

  /** A command as the user, with the umask of Ubuntu. */
  asUser(command: string): Promise<Ended> {
    return ended(this.#spawn(['setpriv', `--reuid=${UID}`, `--regid=${UID}`, '--init-groups'], command, { HOME: this.home }));
  }

  /** As root, as sudo(8) runs it. */
  bySudo(command: string): Promise<Ended> {
    return ended(this.#sudo(command));
  }

  /** Runs `make run` until the page answers, then ends it; returns its link. Null: it ended by itself. */
  async run(args: string): Promise<string | null> {
    const make = this.#sudo(`exec make run ARGS="${args}"`);
    const closed = new Promise((resolve) => make.once('close', resolve));
    let said = '';
    make.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    let link: string | null = null;
    if (make.stdout !== null)
      for await (const line of createInterface(make.stdout)) {
        said += `${line}\n`;
        if (!line.startsWith('http')) continue;
        link = line;
        break;
      }
    make.stdout?.resume();
    if (link === null) process.stderr.write(said);
    try {
      if (link !== null) expectPage((await fetchFrom(new URL(link).origin, '/')).status);
    } finally {
      make.kill('SIGTERM');
      await closed;
    }
    return link;
  }

  dispose(): void {
    rmSync(this.top, { recursive: true, force: true });
  }

  get #log(): string {
    return join(this.#prepared, 'log');
  }

  #sudo(command: string): ChildProcess {
    return this.#spawn([], command, { HOME: '/root', SUDO_UID: String(UID), SUDO_GID: String(UID), SUDO_USER: 'clone-owner' });
  }

  #spawn(prefix: readonly string[], command: string, env: Record<string, string>): ChildProcess {
    const mounts = `mount --bind "$0/passwd" /etc/passwd && mount --bind "$0/group" /etc/group && umask 002 && cd "$1" && shift && exec "$@"`;
    const words = ['-m', 'sh', '-c', mounts, this.top, this.root, ...prefix, 'sh', '-c', command];
    return spawn('unshare', words, { env: { ...env, PATH: join(this.top, 'bin'), PREPARED: this.#prepared }, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  #addUser(): void {
    const passwd = readFileSync('/etc/passwd', 'utf8');
    writeFileSync(join(this.top, 'passwd'), `${passwd}clone-owner:x:${UID}:${UID}::${this.home}:/bin/bash\n`);
    writeFileSync(join(this.top, 'group'), `${readFileSync('/etc/group', 'utf8')}clone-owner:x:${UID}:\n`);
  }

  #prepare(): void {
    mkdirSync(this.#prepared);
    execFileSync('cp', ['-a', join(ROOT, '.toolchain/node_modules'), join(this.#prepared, 'toolchain')]);
    execFileSync('cp', ['-a', join(ROOT, 'node_modules'), join(this.#prepared, 'packages')]);
    const npm = join(this.#prepared, 'toolchain', '.bin', 'npm');
    rmSync(npm);
    writeFileSync(npm, NPM, { mode: 0o755 });
  }

  /** Like the PATH of sudo, which lacks nvm's folder: all programs of this machine except npm. */
  #hideNpm(): void {
    const bin = join(this.top, 'bin');
    mkdirSync(bin);
    for (const folder of ['/usr/sbin', '/usr/bin'])
      for (const name of readdirSync(folder)) if (!['npm', 'npx', 'node', 'nodejs'].includes(name)) symlink(join(folder, name), join(bin, name));
    const tools = join(this.home, 'his tools');
    mkdirSync(tools);
    writeFileSync(join(tools, 'npm'), NPM, { mode: 0o755 });
    // Like nvm's lines: only an interactive shell reads that far.
    writeFileSync(join(this.home, '.bash_profile'), 'echo Welcome /usr/bin/npm\ncase $- in *i*) . ~/.bashrc ;; esac\n');
    writeFileSync(join(this.home, '.bashrc'), 'PATH="$HOME/his tools:$PATH"\n');
    for (const path of [tools, join(tools, 'npm')]) chownSync(path, UID, UID);
  }
}

function symlink(target: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}

function expectPage(status: number): void {
  if (status !== 200) throw new Error(`the page answers ${status}`);
}

function ended(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), 240 * SECONDS);
  return new Promise((resolve) => {
    child.once('close', (status) => {
      clearTimeout(timer);
      resolve({ status, stdout, stderr });
    });
  });
}
