import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Arch } from './arch.ts';
import { CACHE } from './cache.ts';

const execute = promisify(execFile);
/** This machine's own suite. */
export const SUITE = 'bookworm';
/** The next one, and where that has the newest kernels. */
export const NEXT_SUITE = 'trixie';
export const BACKPORTS = `${NEXT_SUITE}-backports`;

/** Whose packages: of this machine's sources, for an architecture; or BACKPORTS, for amd64. */
export type Lists = Arch['name'] | typeof BACKPORTS;

export function archOf(lists: Lists): Arch['name'] {
  return lists === BACKPORTS ? 'amd64' : lists;
}

/** apt as this machine has it, for its own packages; for others with lists of its own, in the cache, so that nothing of this machine's apt and dpkg changes. */
export async function aptEnvironment(lists: Lists): Promise<NodeJS.ProcessEnv> {
  const env = { ...process.env, LC_ALL: 'C' };
  if (lists === 'amd64') return env;
  const folder = join(CACHE, `apt-${lists}`);
  const file = join(folder, 'apt.conf');
  if (!existsSync(file)) {
    for (const part of ['state/lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, part), { recursive: true });
    const lines = [
      `Dir::State "${join(folder, 'state')}";`,
      `Dir::Cache "${join(folder, 'cache')}";`,
      'Dir::State::status "/var/lib/dpkg/status";',
      'APT::Architecture "amd64";',
      `APT::Architectures { "amd64"; "${archOf(lists)}"; };`,
      'Acquire::Languages "none";',
    ];
    if (lists === BACKPORTS) {
      const sources = join(folder, 'sources.list');
      writeFileSync(sources, `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${await mirror()} ${BACKPORTS} main\n`);
      lines.push(`Dir::Etc::sourcelist "${sources}";`, 'Dir::Etc::sourceparts "-";');
    }
    writeFileSync(file, `${lines.join('\n')}\n`);
  }
  return { ...env, APT_CONFIG: file };
}

const updates = new Map<Lists, Promise<unknown>>();

/** Looks up again, with fresh package lists, what fails: a new machine has no lists, and old ones name files that are gone. Once a run. */
export async function withFreshLists<T>(lists: Lists, lookUp: () => Promise<T>): Promise<T> {
  try {
    return await lookUp();
  } catch {
    // It fails in part where one of several sources cannot be reached: whether that matters the second lookup tells.
    const update = updates.get(lists) ?? updateLists(lists).catch(() => undefined);
    updates.set(lists, update);
    await update;
    return lookUp();
  }
}

async function updateLists(lists: Lists): Promise<void> {
  await execute('apt-get', ['update', '-q'], { env: await aptEnvironment(lists) });
}

/** Where this machine's apt has its suite from: the others are beside it. */
export function mirror(): Promise<string> {
  return withFreshLists('amd64', async () => {
    const { stdout } = await execute('apt-get', ['indextargets', '--format', '$(REPO_URI) $(CODENAME) $(COMPONENT)', 'Identifier: Packages']);
    const uri = stdout.split('\n').find((line) => line.endsWith(` ${SUITE} main`));
    if (uri === undefined) throw new Error(`apt here knows no Debian ${SUITE}`);
    return uri.split(' ')[0] ?? '';
  });
}
