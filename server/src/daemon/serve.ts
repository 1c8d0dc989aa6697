import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { escapeText } from '@procmap/shared/text/escape.ts';
import { Fault, partialProcFault } from '../common/fault.ts';
import type { ServeOptions } from '../options.ts';
import { Announcing } from './words/announcing.ts';
import { type ConfinementPlan, planConfinement } from './rights/confinement-plan.ts';
import { builtEntries, childEnvironment, type ChildScripts, readerProbe } from './children/launch.ts';
import { isLoopback } from '../common/link.ts';
import { dropFailedWrites, log } from '../common/log.ts';
import { readMeans } from './rights/means.ts';
import { pageFolder } from './page/page-folder.ts';
import { Supervisor } from './supervisor.ts';
import { TokenFile } from './token-file.ts';
import { sudoTrust, sudoUid, writableByOthers } from './rights/trusted-path.ts';

/** Files that the daemon creates are only for its user. */
const UMASK = 0o077;

/** The daemon: serves until a signal ends it. `dist`: the folder of the built scripts. */
export async function serve(options: ServeOptions, dist: string, version: string): Promise<void> {
  dropFailedWrites();
  process.umask(UMASK);
  const root = process.geteuid?.() === 0;
  if (root && !options.unsafePath) refuseUntrusted(trustedFolders(dist));
  if (!isLoopback(options.host))
    log('warn', 'the page can be reached from other machines; it answers requests for its own address and for names given by --allow-host', {
      host: options.host,
    });
  // The children could not work without it.
  if (!existsSync('/proc/meminfo')) throw partialProcFault('/proc/meminfo');
  const entries = builtEntries(dist);
  for (const path of [entries.reader, entries.files, entries.web, join(entries.page, 'index.html'), ...entries.webReads])
    if (!existsSync(path)) throw new Fault(`${path} is missing; run 'make build'`);
  const plan = confine(entries, dist);
  let supervisor: Supervisor | null = null;
  let endedBy = '';
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (signal === 'SIGHUP' && isBehindNohup()) return;
      if (supervisor === null) process.exit(0);
      endedBy = signal;
      supervisor.end();
    });
  }
  const page = pageFolder(join(dist, '..', '..'), root);
  process.on('exit', () => page.remove());
  const token = options.tokenFile === null ? null : new TokenFile(options.tokenFile);
  process.on('exit', () => token?.remove());
  const peerUids = peersOf(options);
  const caller = { root, sudo: sudoUid() !== null, path: process.env['PATH'] ?? '' };
  const onlyRoot = root && isLoopback(options.host) && peerUids?.every((uid) => uid === 0) === true;
  supervisor = new Supervisor(
    { ...entries, page: page.path },
    options,
    peerUids,
    token,
    version,
    root,
    plan,
    new Announcing(dist, options, caller, onlyRoot, version),
  );
  await supervisor.run();
  log('info', 'ended', { signal: endedBy });
}

/**
 * True if the daemon was started with nohup(1), so that it survives its terminal. The launcher tells, since Node does
 * not keep which signals are ignored.
 */
function isBehindNohup(): boolean {
  return process.env['PROCMAP_NOHUP'] === '1';
}

/** Users whose programs may connect, besides root's; null: all users. */
function peersOf({ peerUids }: ServeOptions): readonly number[] | null {
  return peerUids === 'own' ? [sudoUid() ?? process.geteuid?.() ?? 0] : peerUids === 'any' ? null : peerUids;
}

/** Plans the children's rights, and logs any difference from the usual ones. */
function confine(entries: ChildScripts, dist: string): ConfinementPlan {
  const means = readMeans();
  const scripts = readdirSync(dist).flatMap((name) => (name.endsWith('.js') ? [join(dist, name)] : []));
  const plan = planConfinement(means, (reader) => {
    const { program, args } = readerProbe(entries, reader, scripts);
    return spawnSync(program, args, { stdio: 'ignore', env: childEnvironment(), cwd: '/' }).status === 0;
  });
  if (plan.fault !== null) throw new Fault(plan.fault);
  for (const note of plan.notes) log('warn', note);
  return plan;
}

/** Folders of all files that root runs or serves to privileged viewers: scripts, Node, the launcher, the page. */
function trustedFolders(dist: string): string[] {
  const { page } = builtEntries(dist);
  const pageFolders = existsSync(page) ? readdirSync(page, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];
  const folders = [join(dist, '..', 'bin'), page, ...pageFolders.map(({ parentPath, name }) => join(parentPath, name))];
  return [dist, dirname(process.execPath), ...folders.filter((folder) => existsSync(folder))];
}

function refuseUntrusted(folders: readonly string[]): void {
  const trust = sudoTrust();
  const path = writableByOthers(folders, trust);
  if (path === null) return;
  const { uid } = lstatSync(path);
  const others = uid !== 0 && uid !== trust.uid;
  throw new Fault(
    `users other than root can write to ${escapeText(path)}, and so change what root would run; ` +
      (others ? "move procmap to a folder of root's" : `remove that permission: chmod go-w ${shellWord(path)}`) +
      ', or start anyway with --unsafe-path (make run ARGS=--unsafe-path)',
  );
}

/** Quotes a text so that it can be pasted into a shell. */
function shellWord(text: string): string {
  return `'${escapeText(text).replaceAll("'", `'\\''`)}'`;
}
