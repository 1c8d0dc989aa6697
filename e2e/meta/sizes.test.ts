import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
/** The project's files, also those that are new. */
const FILES = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  .split('\0')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)));

/** Lines of a file, which ends with a newline. */
const linesOf = (file: string): string[] => readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n');

const isTest = (file: string): boolean => /\.(test|spec|fixture)\.ts$|\.spec\.ts-snapshots\//.test(file);

describe('a newcomer reads', () => {
  it('no source file of more than 300 lines', () => {
    const sources = FILES.filter((file) => /\.(ts|svelte|js|c|h|sh|css)$/.test(file));
    expect(sources.length).toBeGreaterThan(500);
    expect(sources.flatMap((file) => (linesOf(file).length > 300 ? `${file}: ${linesOf(file).length}` : []))).toEqual([]);
  });

  it('no folder of more than 25 files beside tests', () => {
    const counts = new Map<string, number>();
    for (const file of FILES.filter((each) => !isTest(each))) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    expect(counts.size).toBeGreaterThan(50);
    expect([...counts].filter(([folder, count]) => count > 25 && folder !== 'findings')).toEqual([]);
  });

  it.each([
    ['README.md', 150],
    ['ARCHITECTURE.md', 150],
    // All options and routes are in it.
    ['server/README.md', 250],
  ])('%s to its end: %i lines at most', (file, most) => {
    expect(linesOf(file).length).toBeLessThanOrEqual(most);
  });

  it('other READMEs of at most 40 lines each, except for the reference of options and routes', () => {
    const long = FILES.filter((file) => basename(file) === 'README.md' && file !== 'README.md' && linesOf(file).length > 40);
    expect(long).toEqual(['server/README.md']);
  });

  it('ARCHITECTURE.md in a terminal: 120 columns', () => {
    expect(linesOf('ARCHITECTURE.md').filter((line) => line.length > 120)).toEqual([]);
  });
});

it('ARCHITECTURE.md names files and folders that are there', () => {
  const named = [...readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8').matchAll(/`((?:server|web|shared|e2e|lkm|systemd)\/[\w./-]*)`/g)].map(
    ([, path = '']) => path,
  );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
