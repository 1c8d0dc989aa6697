import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errnoName, failure, failureOf, isFailure } from './outcome.ts';

function errorOf(code: string): Error {
  return Object.assign(new Error(`${code}: what Node says`), { code });
}

it.each([
  ['ENOENT', 'not_found', 'there is no process 7'],
  ['ESRCH', 'not_found', 'there is no process 7'],
  ['ENOTDIR', 'not_found', 'there is no process 7'],
  ['EACCES', 'no_permission', 'process 7'],
  ['EPERM', 'no_permission', 'process 7'],
  ['EIO', 'unreadable', 'EIO: what Node says'],
])('%s means %s', (code, error, words) => {
  expect(failureOf(errorOf(code), 7)).toEqual({ error, message: expect.stringContaining(words) as string });
});

it('what is no error of a system call is unreadable, in its own words', () => {
  for (const thrown of [new Error('odd'), 'odd', Object.assign(new Error('odd'), { code: 7 })]) {
    expect(failureOf(thrown, 7)).toEqual({ error: 'unreadable', message: 'the kernel refused to show process 7: odd' });
    expect(errnoName(thrown)).toBe('');
  }
});

it('knows the errors that Node throws', () => {
  try {
    readFileSync('/proc/4194304/stat');
  } catch (error) {
    expect([errnoName(error), failureOf(error, 4_194_304).error]).toEqual(['ENOENT', 'not_found']);
  }
  expect.assertions(1);
});

it('tells a process that is not there from a file that this kernel does not have of it', () => {
  const codeOf = (path: string): string => {
    try {
      readFileSync(path);
    } catch (error) {
      return Object.values(failureOf(error, process.pid)).join(': ');
    }
    return '';
  };
  expect(codeOf(`/proc/${process.pid}/smaps_of_later`)).toBe(`unreadable: this kernel has no /proc/${process.pid}/smaps_of_later, and so does not tell it`);
  // A thread that has gone, and what lies elsewhere.
  for (const path of [`/proc/${process.pid}/task/4194304/smaps`, '/proc/4194304/smaps', '/nowhere']) expect(codeOf(path)).toMatch(/^not_found: /);
});

it('is told from an answer by its error', () => {
  expect([isFailure(failure('zombie', 'x')), isFailure({ etag: 'x' })]).toEqual([true, false]);
});
