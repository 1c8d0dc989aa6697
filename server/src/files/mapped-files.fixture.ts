import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileNow } from '@procmap/shared/files/file-now.ts';
import { parseAddress } from '@procmap/shared/page.ts';
import { afterAll, afterEach } from 'vitest';
import { ReaderClient } from '../../test/reader-client.ts';
import { useFixtures } from '../../test/use-fixtures.ts';

export const folder = mkdtempSync(join(realpathSync(tmpdir()), 'procmap-file-'));
export const FILES = join(import.meta.dirname, 'main.ts');
export const files = new ReaderClient({ script: FILES });
const children: ChildProcess[] = [];
export const startFixture = useFixtures();
let count = 0;

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

afterAll(async () => {
  await files.stop();
  rmSync(folder, { recursive: true });
});

/** A program like cat. It has started when it has echoed its input. */
export async function start(command: string, args: readonly string[] = []): Promise<number> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  child.stdin.write('up\n');
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

export function cat(): string {
  const file = join(folder, `cat${count++}`);
  copyFileSync('/bin/cat', file);
  return file;
}

/** A file of one page. */
export function data(name: string): string {
  const file = join(folder, name);
  writeFileSync(file, Buffer.alloc(4096));
  return file;
}

/** Start of the first mapping whose line contains `part`. */
export function startOf(pid: number, part: string): number {
  const line = readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .find((each) => each.includes(part));
  return parseAddress(line?.split('-')[0] ?? '')?.page ?? -1;
}

export async function lookAt(pid: number, part: string, from = files): Promise<FileNow> {
  const { head } = await from.ask({ op: 'file', pid, startPage: startOf(pid, part) });
  if (head.status !== 'file') throw new Error(JSON.stringify(head));
  return head.file;
}

/** The build id shown by readelf(1). */
export function buildId(file: string): string {
  return /Build ID: ([0-9a-f]+)/.exec(execFileSync('readelf', ['-nW', file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))?.[1] ?? '';
}
