import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPTION_NAMES } from '../../server/src/options/verbs.ts';
import { run } from '../daemon.ts';

/** The man page and shell completion. */
const SERVER = join(import.meta.dirname, '..', '..', 'server');
const MANUAL = join(SERVER, 'man', 'procmap.1');
const BASH = join(SERVER, 'completions', 'procmap.bash');
const ZSH = join(SERVER, 'completions');

describe('the man page', () => {
  it('has no warning of mandoc’s', async () => {
    const { status, stdout } = await run(['mandoc', '-T', 'lint', '-W', 'warning', MANUAL]);
    expect([status, stdout]).toEqual([0, '']);
  });

  it('explains every option', () => {
    const text = readFileSync(MANUAL, 'utf8');
    const explained = new Set(Array.from(text.matchAll(/Fl -([a-z-]+)/g), ([, name]) => `--${name ?? ''}`));
    expect([...explained].sort()).toEqual([...OPTION_NAMES].sort());
  });

  it('is shown in 80 columns', async () => {
    const { stdout } = await run(['mandoc', '-T', 'ascii', MANUAL]);
    // Bold letters are printed twice in one place: each backspace removes the letter before it.
    const pieces = stdout.split('\b');
    const lines = pieces
      .map((piece, i) => (i < pieces.length - 1 ? piece.slice(0, -1) : piece))
      .join('')
      .split('\n');
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('bash', () => {
  async function complete(...words: readonly string[]): Promise<string[]> {
    const script = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _procmap procmap; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { status, stdout, stderr } = await run(['bash', '--norc', '-c', script, BASH, 'procmap', ...words]);
    expect([status, stderr]).toEqual([0, '']);
    return stdout.split('\n').filter((line) => line !== '');
  }

  it('completes verbs and every option where it is allowed', async () => {
    const [first, ...verbs] = await Promise.all(
      ['', 'serve', 'open', 'record', 'diff'].map((verb) => (verb === '' ? complete('') : complete(verb, verb === 'diff' ? '-' : ''))),
    );
    const [serve = []] = verbs;
    expect(first).toEqual(expect.arrayContaining(['serve', 'open', 'show', 'record', 'diff']));
    const names = [...(first ?? []), ...verbs.flat()].filter((word) => word.startsWith('--')).map((word) => word.replace(/=$/, ''));
    expect([...new Set(names)].sort()).toEqual([...OPTION_NAMES].sort());
    expect(await complete('--only-')).toEqual(['--only-user', '--only-kernel']);
    expect(serve).toContain('--unsafe-path');
    expect(serve).not.toContain('--pid=');
  });

  it('completes values: pids, formats, files', async () => {
    const pid = String(process.pid);
    // As bash splits words by default, and as it does if = is no separator; also the short form.
    expect(await complete('--pid', '=', pid)).toContain(pid);
    expect(await complete(`--pid=${pid}`)).toContain(`--pid=${pid}`);
    expect(await complete('-p', pid)).toContain(pid);
    // Only process ids, first or after options.
    expect(await complete(pid)).toContain(pid);
    expect(await complete('-u', pid)).toContain(pid);
    expect(await complete('serve', pid)).toEqual([]);
    expect(await complete('-p', '1', '--format', '=', 'j')).toEqual(['json']);
    expect(await complete('--export-maps', '=', '/etc/host')).toContain('/etc/hosts');
    expect(await complete('--export-maps', '=')).toEqual(expect.arrayContaining(['package.json']));
    // In one word with its option, readline would not quote a name, and part of it could be executed.
    expect(await complete('--export-maps=')).toEqual([]);
    expect(await complete('--width', '')).toEqual([]);
    expect(await complete('record', '-p', pid)).toContain(pid);
    expect(await complete('show', 'package.j')).toEqual(['package.json']);
    expect(await complete('show', '--a')).toEqual(['--at=']);
  });
});

describe('zsh', () => {
  /**
   * Waits until the terminal shows `pattern` after Tab is pressed after a text, in a separate shell and terminal
   * (zpty); fails if it never does.
   */
  async function expectCompletion(text: string, pattern: string): Promise<void> {
    const script = `
      zmodload zsh/zpty
      zpty -b shell zsh -f -i
      zpty -w shell 'PROMPT=; unset zle_bracketed_paste; stty columns 200 rows 100; fpath=("${ZSH}" $fpath); autoload -U compinit; compinit -u -D; setopt list_rows_first no_beep; LISTMAX=1000000; zstyle ":completion:*" menu no'
      zpty -w shell 'print -r -- "rea""dy"'
      zpty -r -m shell said '*ready*'
      zpty -w -n shell "$1"$'\\t\\t'
      zpty -r -m shell said "*$2*"
      print -r -- $said
      zpty -d shell`;
    const { status, stdout, stderr } = await run(['zsh', '-f', '-c', script, 'zsh', text, pattern], { TERM: 'dumb' });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.length).toBeGreaterThan(0);
  }

  it('completes verbs and options', async () => {
    await expectCompletion('procmap ', 'serve the page');
    await expectCompletion('procmap serve --unsa', '--unsafe-path');
    await expectCompletion(`procmap ${String(process.pid).slice(0, -1)}`, String(process.pid));
    await expectCompletion('procmap -p 1 --only-', '--only-kernel*--only-user');
    await expectCompletion('procmap --format=j', '--format=json');
    await expectCompletion('procmap record --outp', '--output');
    await expectCompletion('procmap show package.j', 'package.json');
  });

  it('knows every option', () => {
    const text = readFileSync(join(ZSH, '_procmap'), 'utf8');
    const known = new Set(Array.from(text.matchAll(/--[a-z]+(?:-[a-z]+)*/g), ([name]) => name));
    expect([...known].sort()).toEqual([...OPTION_NAMES].sort());
  });
});
