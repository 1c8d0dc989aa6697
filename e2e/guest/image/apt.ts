import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Arch } from './arch.ts';
import { CACHE } from './cache.ts';

const execute = promisify(execFile);
/** This machine's Debian release. */
export const SUITE = 'bookworm';
/** The next release, and its backports, which have the newest kernels. */
export const NEXT_SUITE = 'trixie';
export const BACKPORTS = `${NEXT_SUITE}-backports`;

/** Where packages come from: this machine's sources, for an architecture; or BACKPORTS, for amd64. */
export type Lists = Arch['name'] | typeof BACKPORTS;

export function archOf(lists: Lists): Arch['name'] {
  return lists === BACKPORTS ? 'amd64' : lists;
}

/**
 * Environment for apt: this machine's own configuration for its own packages. For others, separate lists in the cache,
 * so that nothing in this machine's apt and dpkg changes.
 */
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

/**
 * Repeats a failed look-up with new package lists: a new machine has none, and old ones refer to removed files. Updates
 * once per run.
 */
export async function withFreshLists<T>(lists: Lists, lookUp: () => Promise<T>): Promise<T> {
  try {
    return await lookUp();
  } catch {
    // Fails in part if one of several sources cannot be reached. The second look-up tells if that matters.
    const update = updates.get(lists) ?? updateLists(lists).catch(() => undefined);
    updates.set(lists, update);
    await update;
    return lookUp();
  }
}

async function updateLists(lists: Lists): Promise<void> {
  await execute('apt-get', ['update', '-q'], { env: await aptEnvironment(lists) });
}

/** The server from which this machine's apt gets its release; it has the others too. */
export function mirror(): Promise<string> {
  return withFreshLists('amd64', async () => {
    const { stdout } = await execute('apt-get', ['indextargets', '--format', '$(REPO_URI) $(CODENAME) $(COMPONENT)', 'Identifier: Packages']);
    const uri = stdout.split('\n').find((line) => line.endsWith(` ${SUITE} main`));
    if (uri === undefined) throw new Error(`apt here knows no Debian ${SUITE}`);
    return uri.split(' ')[0] ?? '';
  });
}
