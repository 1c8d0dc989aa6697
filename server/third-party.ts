import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Prints the licences of third-party code in procmap: Node, and the packages in its bundles, with those that they
 * depend on. Runs under the bundled Node.
 */
const ROOT = join(import.meta.dirname, '..');
/** Compiled into the page, so not among its dependencies. */
const IN_PAGE = ['svelte'];

interface Manifest {
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Folder of a package as Node resolves it from another one. */
function resolve(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return found;
    if (folder === dirname(folder)) throw new Error(`${name}, on which ${from} depends, is not there; run 'make build'`);
  }
}

/** Folders of packages, by name and version. */
const found = new Map<string, string>();

function collect(from: string): void {
  for (const name of Object.keys(readManifest(from).dependencies ?? {})) add(name, from);
}

function add(name: string, from: string): void {
  const folder = resolve(name, from);
  const title = `${name} ${readManifest(folder).version}`;
  if (found.has(title)) return;
  if (!name.startsWith('@procmap/')) found.set(title, folder);
  collect(folder);
}

/** The text of its licence; the name for the few packages without a text. */
function licence(folder: string): string {
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)\b/i.test(name));
  const texts = files.sort().map((name) => readFileSync(join(folder, name), 'utf8').trim());
  return texts.join('\n\n') || `Licence: ${readManifest(folder).license ?? 'not told'}`;
}

for (const part of ['server', 'web', 'shared']) collect(join(ROOT, part));
for (const name of IN_PAGE) add(name, join(ROOT, 'web'));
const node = [`Node.js ${process.versions.node}`, join(dirname(process.execPath), '..')] as const;
const all = [node, ...[...found].sort(([a], [b]) => (a < b ? -1 : 1))];
process.stdout.write(all.map(([title, folder]) => `${title}\n${'='.repeat(title.length)}\n\n${licence(folder)}\n`).join('\n\n'));
