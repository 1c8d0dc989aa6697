import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
/** Folders with foreign or generated files. */
const FOREIGN = new Set(['node_modules', 'dist', '.cache', 'coverage']);

/** The commands that a page shows. */
export interface Shown {
  /** Path in the project. */
  readonly readme: string;
  /** Lists of commands; one that continues after a backslash has several lines. */
  readonly blocks: readonly (readonly string[])[];
  /** Languages of all fenced blocks; '' for none. */
  readonly languages: readonly string[];
  /** Commands within a text or a table. */
  readonly inline: readonly string[];
}

const COMMAND = /^(sudo |node_modules\/\.bin\/|make |procmap )/;

/** README.md first, then the other pages of the top folder, then the READMEs of folders. */
export function shownCommands(): Shown[] {
  const paths = globSync(['**/README.md', 'CONTRIBUTING.md', 'SECURITY.md'], { cwd: ROOT, exclude: (name) => FOREIGN.has(name.split('/').at(-1) ?? '') });
  return paths
    .toSorted((a, b) => a.split('/').length - b.split('/').length || Number(b === 'README.md') - Number(a === 'README.md') || (a < b ? -1 : 1))
    .map(shownIn);
}

function shownIn(readme: string): Shown {
  const source = readFileSync(join(ROOT, readme), 'utf8');
  const fences = Array.from(source.matchAll(/^```(\S*)\n(.*?)^```$/gms), ([, language = '', body = '']) => ({ language, body }));
  const prose = source.replace(/^```.*?^```$/gms, '');
  return {
    readme,
    blocks: fences.filter(({ language }) => language === 'sh').map(({ body }) => commandsOf(body)),
    languages: fences.map(({ language }) => language),
    inline: Array.from(prose.matchAll(/`([^`\n]+)`/g), ([, code = '']) => code).filter((code) => COMMAND.test(code)),
  };
}

function commandsOf(block: string): string[] {
  return block
    .split(/(?<!\\)\n/)
    .map((line) => line.replace(/ +# .*$/, '').trim())
    .filter((line) => line !== '');
}

/**
 * Words of a command without `sudo`, roughly as a shell splits them, up to the redirection of its output. The output of
 * another command becomes 1.
 */
function wordsOf(command: string): string[] {
  const [own = ''] = command
    .replace(/\\\n/g, ' ')
    .replace(/\$\([^()]*\)/g, '1')
    .split(/ [|&;>]| >/);
  const words = own.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replace(/["']/g, '')).filter((word) => word !== 'sudo');
}

/** Arguments of procmap in a command; null: it runs another program, or only names this one. */
export function procmapArguments(command: string): string[] | null {
  const words = wordsOf(command);
  const at = words.findIndex((word, i) => (word === 'procmap' && i === 0) || word.endsWith('/procmap'));
  return at < 0 || at === words.length - 1 ? null : words.slice(at + 1);
}

/** Arguments of make in a command; null: it runs another program. */
export function makeWords(command: string): string[] | null {
  const [program, ...words] = wordsOf(command);
  return program === 'make' ? words : null;
}

/** Goals of the Makefile. */
export function goals(): Set<string> {
  const makefile = readFileSync(join(ROOT, 'Makefile'), 'utf8');
  return new Set(Array.from(makefile.matchAll(/^\.PHONY: ([a-z -]+)$/gm), ([, names = '']) => names.split(' ')).flat());
}

/** Whether the first word of a TEST= value is part of some test's path; options may follow. */
export function isTest(value: string): boolean {
  const [part = ''] = value.split(' ');
  return globSync('{server,web,shared,e2e}/**/*.{test,spec}.ts', { cwd: ROOT, exclude: (name) => FOREIGN.has(name) }).some((path) => path.includes(part));
}
