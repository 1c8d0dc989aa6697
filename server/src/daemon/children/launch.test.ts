import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { READER_CAPABILITIES, READER_UID } from '../../common/confinement.ts';
import type { ReaderPlan, WebPlan } from '../rights/confinement-plan.ts';
import { builtEntries, childEnvironment, filesCommand, readerCommand, webCommand } from './launch.ts';

const AS_ROOT: ReaderPlan = { uid: READER_UID, capabilities: READER_CAPABILITIES, bounded: true };
const AS_IT_IS: ReaderPlan = { uid: null, capabilities: null, bounded: false };

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

it('hands root’s files to a reader of root’s daemon, and only to that', () => {
  const entries = builtEntries('/nowhere');
  expect(readerCommand(entries, AS_ROOT, true).args).toContain('--root-files');
  expect(readerCommand(entries, AS_IT_IS, false).args).not.toContain('--root-files');
});

it('applies the plan without root; without any capability it starts them unchanged', () => {
  const entries = builtEntries('/nowhere');
  const rights = (plan: ReaderPlan): string[] => readerCommand(entries, plan, false).args.filter((arg) => /caps=|bounding|reuid|confined|unbounded/.test(arg));
  const set = '-all,+sys_ptrace';
  const few = { uid: null, capabilities: ['CAP_SYS_PTRACE'], bounded: false };
  expect(rights(few)).toEqual([`--inh-caps=${set}`, `--ambient-caps=${set}`, '--confined=own', '--unbounded']);
  expect(rights(AS_IT_IS)).toEqual([]);
});

it('limits the space for young objects of the reader, and so does its unit', () => {
  const flag = /^--max-semi-space-size=\d$/;
  for (const root of [true, false]) expect(readerCommand(builtEntries('/nowhere'), AS_ROOT, root).args).toContainEqual(expect.stringMatching(flag));
  const [unit = ''] = /^ExecStart=.*$/m.exec(readFileSync(new URL('../../../../systemd/procmap-reader.service', import.meta.url), 'utf8')) ?? [];
  const here = readerCommand(builtEntries('/nowhere'), AS_ROOT, true).args.find((arg) => flag.test(arg)) ?? 'none';
  expect(unit).toContain(` ${here} `);
});

it('keeps a signal from opening a debugger in any child, and so do the units', () => {
  const entries = builtEntries('/nowhere');
  for (const { args } of [readerCommand(entries, AS_ROOT, true), filesCommand(entries, AS_ROOT), webCommand(entries, 'user')])
    expect(args).toContain('--disable-sigusr1');
  const units = new URL('../../../../systemd/', import.meta.url);
  const lines = readdirSync(units)
    .filter((name) => name.endsWith('.service'))
    .flatMap((name) => readFileSync(new URL(name, units), 'utf8').match(/^Exec\w+=.*\/node .*$/gm) ?? []);
  expect(lines.length).toBeGreaterThanOrEqual(4);
  for (const line of lines) expect(line).toMatch(/\/node --disable-sigusr1 /);
});

it('lets both ask for collections, with large buffers out of the heap, and so do the units', () => {
  const entries = builtEntries('/nowhere');
  for (const { args } of [readerCommand(entries, AS_ROOT, true), readerCommand(entries, AS_IT_IS, false), webCommand(entries, 'user')])
    expect(args).toContain('--expose-gc');
  for (const unit of ['procmap', 'procmap-reader']) {
    const text = readFileSync(new URL(`../../../../systemd/${unit}.service`, import.meta.url), 'utf8');
    expect(text).toMatch(/^ExecStart=.*\/node .*--expose-gc .*-service\.js /m);
    expect(text).toContain(`\nEnvironment=MALLOC_MMAP_THRESHOLD_=${childEnvironment()['MALLOC_MMAP_THRESHOLD_']}\n`);
  }
});

it('starts a web process that cannot drop root by itself without any capability', () => {
  const entries = builtEntries('/nowhere');
  const rights = (plan: WebPlan): string[] => webCommand(entries, plan).args.filter((arg) => arg.endsWith('-all'));
  expect(rights('bound')).toEqual(['--bounding-set=-all', '--inh-caps=-all', '--ambient-caps=-all']);
  // Without root: capabilities that the user's programs keep.
  expect(rights('none')).toEqual(['--inh-caps=-all', '--ambient-caps=-all']);
  expect(rights('user')).toEqual([]);
});
