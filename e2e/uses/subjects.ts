import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFixtures, fixturePath } from '../fixtures/fixture.ts';
import { compileTruth, installed } from './program.ts';
import { GO, JAVA, LUA, NODE, PHP, PYTHON } from './scripts.ts';

/** A program whose memory is looked at. */
export interface Subject {
  readonly name: string;
  /** null: not installed. */
  readonly command: string | null;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly ready: RegExp;
  /** Of its anonymous resident memory, in percent, what should have a use; null: no measure. */
  readonly least: number | null;
}

const READY = /^ready/;

/** Writes and builds what they need into `folder`. */
export function programs(folder: string): readonly Subject[] {
  buildFixtures();
  const java = join(folder, 'Memory.java');
  writeFileSync(java, JAVA);
  const subject = (name: string, command: string | null, args: readonly string[], least: number | null, ready = READY): Subject => {
    return { name, command, args, env: {}, ready, least };
  };
  const redis = ['--port', '0', '--unixsocket', join(folder, 'redis'), '--save', '', '--dir', folder];
  const browser = ['chromium', '--headless', '--no-sandbox', '--remote-debugging-port=0', `--user-data-dir=${join(folder, 'chromium')}`, 'about:blank'];
  const opcache = ['opcache.enable_cli=1', 'opcache.jit_buffer_size=16M', 'opcache.jit=tracing'].flatMap((each) => ['-d', each]);
  return [
    subject('300 threads', fixturePath('threads'), ['300'], 95),
    subject('with near misses', compileTruth(folder, 'gcc'), ['300'], null),
    subject('ASan', compileTruth(folder, 'gcc', '-fsanitize=address', '-DSANITIZED'), ['6'], null),
    subject('TSan', compileTruth(folder, 'gcc', '-fsanitize=thread', '-DSANITIZED'), ['6'], null),
    subject('node', process.execPath, ['--expose-gc', '-e', NODE], 95),
    subject('python', installed('/usr/bin/python3'), ['-c', PYTHON], 50),
    subject('java G1', installed('java'), ['-XX:+UseG1GC', '-Xmx256m', java], 95),
    subject('go', goProgram(folder), [], 95),
    subject('php', installed('php'), [...opcache, '-r', PHP], 95),
    subject('redis', installed('redis-server'), redis, 95, /[Rr]eady to accept connections/),
    subject('chromium', installed('chromium') === null ? null : 'sh', inOneStream(browser), 60, /^DevTools listening/),
    subject('luajit', installed('luajit'), ['-e', LUA], null),
    subject('valgrind', installed('valgrind'), ['-q', '--vgdb=no', compileTruth(folder, 'gcc', '-DSANITIZED') ?? '', '4'], null),
  ];
}

/** Arguments of sh(1) that run a command whose stderr tells when it is ready. */
function inOneStream(command: readonly string[]): readonly string[] {
  return ['-c', 'exec "$@" 2>&1', 'sh', ...command];
}

/** The path of the built program of GO; null: Go is not installed. */
export function goProgram(folder: string): string | null {
  if (installed('go') === null) return null;
  const [source, program] = [join(folder, 'main.go'), join(folder, 'go-truth')];
  writeFileSync(source, GO);
  const env = { ...process.env, GOCACHE: join(folder, 'go'), HOME: folder, GO111MODULE: 'off', CGO_ENABLED: '0' };
  execFileSync('go', ['build', '-o', program, source], { env, stdio: 'ignore' });
  return program;
}
