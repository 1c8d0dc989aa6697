import { readFileSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { builtEntries, childEnvironment, readerCommand, webCommand } from './launch.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('passes on where the kernel’s files are, and nothing else', () => {
  vi.stubEnv('SECRET', 'x');
  vi.stubEnv('PROCMAP_PROC', undefined);
  vi.stubEnv('PROCMAP_DEBUGFS', undefined);
  expect(Object.keys(childEnvironment())).toEqual(['PATH', 'MALLOC_MMAP_THRESHOLD_']);
  vi.stubEnv('PROCMAP_PROC', '/tmp/proc');
  // Children run in another folder.
  vi.stubEnv('PROCMAP_DEBUGFS', 'debug');
  expect(childEnvironment()).toMatchObject({ PROCMAP_PROC: '/tmp/proc', PROCMAP_DEBUGFS: `${process.cwd()}/debug` });
});

it('hands root’s files to a reader that is not root any more, and only to that', () => {
  const entries = builtEntries('/nowhere');
  expect(readerCommand(entries, true, []).args).toContain('--root-files');
  expect(readerCommand(entries, false, []).args).not.toContain('--root-files');
});

it('bounds the room for young objects of the reader, and so does its unit', () => {
  const flag = /^--max-semi-space-size=\d$/;
  for (const root of [true, false]) expect(readerCommand(builtEntries('/nowhere'), root, []).args).toContainEqual(expect.stringMatching(flag));
  const [unit = ''] = /^ExecStart=.*$/m.exec(readFileSync(new URL('../../../systemd/procmap-reader.service', import.meta.url), 'utf8')) ?? [];
  const here = readerCommand(builtEntries('/nowhere'), true, []).args.find((arg) => flag.test(arg)) ?? 'none';
  expect(unit).toContain(` ${here} `);
});

it('lets both ask for collections, with large buffers out of the heap, and so do the units', () => {
  const entries = builtEntries('/nowhere');
  for (const { args } of [readerCommand(entries, true, []), readerCommand(entries, false, []), webCommand(entries)]) expect(args).toContain('--expose-gc');
  for (const unit of ['procmap', 'procmap-reader']) {
    const text = readFileSync(new URL(`../../../systemd/${unit}.service`, import.meta.url), 'utf8');
    expect(text).toMatch(/^ExecStart=.*\/node .*--expose-gc .*-service\.js /m);
    expect(text).toContain(`\nEnvironment=MALLOC_MMAP_THRESHOLD_=${childEnvironment()['MALLOC_MMAP_THRESHOLD_']}\n`);
  }
});
