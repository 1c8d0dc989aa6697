import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../server/src/options.ts';
import { parseOptions as parseBenchOptions } from '../bench/options.ts';
import { run } from '../daemon.ts';
import { INLINE_NOT_RUN, NOT_RUN } from './not-run.ts';
import { goals, isTest, makeWords, procmapArguments, shownCommands } from './shown-commands.ts';

const LANGUAGES = ['sh', 'text', 'yaml'];
const SHOWN = shownCommands();
const COMMANDS = [...new Set(SHOWN.flatMap(({ blocks }) => blocks.flat()))];
const INLINE = [...new Set(SHOWN.flatMap(({ inline }) => inline))];

describe('commands of the READMEs', () => {
  it('stand in blocks that say so, and are run unless it is said why not', () => {
    expect(SHOWN.map(({ readme }) => readme)).toContain('README.md');
    expect(SHOWN.flatMap(({ readme, languages }) => languages.filter((each) => !LANGUAGES.includes(each)).map((each) => [readme, each]))).toEqual([]);
    expect([...NOT_RUN.keys()].filter((command) => !COMMANDS.includes(command))).toEqual([]);
  });

  it('are typed by a newcomer also where README.md names them in a sentence, unless it is said why not', () => {
    const typed = readFileSync(join(import.meta.dirname, 'readme.slow.test.ts'), 'utf8');
    const inline = SHOWN.find(({ readme }) => readme === 'README.md')?.inline ?? [];
    expect(inline.length).toBeGreaterThan(5);
    expect(inline.filter((command) => !typed.includes(`'${command}'`) && !INLINE_NOT_RUN.has(command))).toEqual([]);
    expect([...INLINE_NOT_RUN.keys()].filter((command) => !inline.includes(command))).toEqual([]);
  });

  it.each(COMMANDS)('%s: a shell can read it', async (command) => {
    expect(await run(['sh', '-nc', command])).toMatchObject({ status: 0, stderr: '' });
  });

  it('have options that procmap knows', () => {
    const all = [...COMMANDS, ...INLINE].map((command) => procmapArguments(command)).filter((words) => words !== null);
    expect(all.length).toBeGreaterThan(8);
    for (const words of all) expect(() => parseOptions(words), words.join(' ')).not.toThrow();
  });

  it('have goals, tests and options that make knows', () => {
    const known = goals();
    for (const command of [...COMMANDS, ...INLINE]) {
      const words = (makeWords(command) ?? []).filter((each) => each !== '…');
      const parse = (options: string) => (words.includes('bench') ? parseBenchOptions([options]) : parseOptions(['serve', options]));
      for (const word of words) {
        const [name = '', value] = word.split(/=(.*)/s);
        if (value === undefined) expect([command, known.has(name)]).toEqual([command, true]);
        else if (name === 'TEST') expect([command, isTest(value)]).toEqual([command, true]);
        else if (name === 'ARGS') expect(() => parse(value), command).not.toThrow();
        else expect([command, name]).toEqual([command, expect.stringMatching(/^(GUEST|LKM|KDIR|PREFIX|DESTDIR)$/)]);
      }
    }
  });

  it('name scripts that are there', () => {
    for (const command of COMMANDS.filter((each) => each.startsWith('sh ')))
      expect(existsSync(join(import.meta.dirname, '../..', command.slice(3)))).toBe(true);
  });
});
