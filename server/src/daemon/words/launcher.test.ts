import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bySudo, commandsOf, commandsOfDaemon, launcher, quote } from './launcher.ts';

let folder: string;
let root: string;
let dist: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'procmap-launcher-'));
  root = join(folder, "a 'checkout'");
  dist = join(root, 'server', 'dist');
  for (const path of ['server/bin', 'server/dist', 'node_modules/.bin']) mkdirSync(join(root, path), { recursive: true });
  for (const path of ['installed', 'other']) mkdirSync(join(folder, path));
  writeFileSync(join(root, 'server/bin/procmap'), '#!/bin/sh\necho "this one $@"\n');
  writeFileSync(join(folder, 'other/procmap'), '#!/bin/sh\necho another\n');
  for (const path of [join(root, 'server/bin/procmap'), join(folder, 'other/procmap')]) chmodSync(path, 0o755);
  symlinkSync('../../server/bin/procmap', join(root, 'node_modules/.bin/procmap'));
  symlinkSync(join(root, 'server/bin/procmap'), join(folder, 'installed/procmap'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const at = (...names: readonly string[]): string => names.map((name) => join(folder, name)).join(':');

describe('the command of a checkout', () => {
  it('is the bare word if that runs it, else a path that works from any folder', () => {
    expect(launcher(dist, at('installed', 'other'))).toBe('procmap');
    for (const path of ['', at('other', 'installed'), `${join(root, 'node_modules/.bin')}:/usr/bin`, '.:bin']) {
      const command = launcher(dist, path);
      expect(command).toContain('node_modules/.bin/procmap');
      expect(execFileSync('/bin/sh', ['-c', `${command} open`], { cwd: '/', encoding: 'utf8' })).toBe('this one open\n');
    }
  });

  it('begins with sudo if the caller used it, and always for root’s daemon', () => {
    const path = at('installed');
    const where = { port: 8642, socket: null };
    expect(commandsOf(dist, where, { root: true, sudo: true, path })).toEqual({
      open: 'sudo procmap open',
      sudoOpen: 'sudo procmap open',
      serve: 'sudo procmap serve',
    });
    const { open, sudoOpen } = commandsOf(dist, where, { root: true, sudo: false, path });
    // sudo does not know a root shell's PATH.
    expect([open, sudoOpen]).toEqual(['procmap open', `sudo ${launcher(dist, '')} open`]);
    const own = { root: false, sudo: false, path };
    expect(commandsOf(dist, where, own)).toEqual({ open: 'procmap open', sudoOpen: null, serve: 'procmap serve' });
    expect(commandsOf(dist, where, bySudo(own)).open).toBe(`sudo ${launcher(dist, '')} open`);
  });

  it('names the port or the socket unless it is the default', () => {
    const caller = { root: false, sudo: false, path: at('installed') };
    expect(commandsOf(dist, { port: 9, socket: null }, caller)).toMatchObject({ open: 'procmap open --port=9', serve: 'procmap serve --port=9' });
    expect(commandsOf(dist, { port: 0, socket: null }, caller)).toMatchObject({ open: 'procmap open', serve: 'procmap serve --port=0' });
    expect(commandsOf(dist, { port: 8642, socket: '/a b' }, caller).open).toBe("procmap open --socket='/a b'");
  });

  it('of a daemon also names the default port: others may run beside it', () => {
    const caller = { root: true, sudo: true, path: at('installed') };
    const [open, serve] = ['sudo procmap open --port=8642', 'sudo procmap serve'];
    expect(commandsOfDaemon(dist, { port: 8642, socket: null }, caller)).toEqual({ open, sudoOpen: open, serve });
    expect(commandsOfDaemon(dist, { port: 8642, socket: null }, { ...caller, root: false }).sudoOpen).toBeNull();
    for (const where of [
      { port: 0, socket: null },
      { port: 9, socket: null },
      { port: 8642, socket: '/a' },
    ])
      expect(commandsOfDaemon(dist, where, caller)).toEqual(commandsOf(dist, where, caller));
  });
});

it('a quoted word is the same word for bash, and contains only visible characters', () => {
  const words = fc.array(
    fc.string({ unit: 'grapheme', minLength: 1 }).filter((word) => !word.includes('\0') && word.isWellFormed()),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(words, (all) => {
      const quoted = [...all, '\x1b[31m', "it's\n", '\u202ea'].map(quote);
      expect(quoted.join(' ')).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      const said = execFileSync('bash', ['-c', `printf '%s\\0' ${quoted.join(' ')}`], { encoding: 'utf8' });
      expect(said.split('\0').slice(0, -1)).toEqual([...all, '\x1b[31m', "it's\n", '\u202ea']);
    }),
    { numRuns: 10 },
  );
});
