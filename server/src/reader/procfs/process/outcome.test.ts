import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errnoName, failure, failureOf, isFailure } from './outcome.ts';

/** No process id is this high. */
const GONE = 4_194_304;

function errorOf(code: string): Error {
  return Object.assign(new Error(`${code}: what Node says`), { code });
}

it.each([
  ['ENOENT', 'not_found', `there is no process ${GONE}`],
  ['ESRCH', 'not_found', `there is no process ${GONE}`],
  ['ENOTDIR', 'not_found', `there is no process ${GONE}`],
  ['EACCES', 'no_permission', `process ${GONE}`],
  ['EPERM', 'no_permission', `process ${GONE}`],
  ['EIO', 'unreadable', 'EIO: what Node says'],
])('%s means %s', (code, error, words) => expect(failureOf(errorOf(code), GONE)).toEqual({ error, message: expect.stringContaining(words) as string }));

it('anything but a system error is `unreadable`, with its own message', () => {
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

it('distinguishes a missing process from a file that this kernel lacks', () => {
  const codeOf = (path: string): string => {
    try {
      readFileSync(path);
    } catch (error) {
      return Object.values(failureOf(error, process.pid)).join(': ');
    }
    return '';
  };
  expect(codeOf(`/proc/${process.pid}/smaps_of_later`)).toBe(`unreadable: this kernel has no /proc/${process.pid}/smaps_of_later`);
  // Paths elsewhere.
  for (const path of ['/proc/4194304/smaps', '/nowhere']) expect(codeOf(path)).toMatch(/^not_found: /);
});

it('distinguishes a missing process from a thread that has ended during the read', () => {
  const error = Object.assign(errorOf('ENOENT'), { path: `/proc/${process.pid}/task/${GONE}/smaps` });
  // Errors of read(2) have no path.
  for (const each of [error, errorOf('ESRCH')])
    expect(failureOf(each, process.pid)).toEqual({ error: 'unreadable', message: expect.stringContaining('try again') as string });
  expect(failureOf(Object.assign(errorOf('ENOENT'), { path: `/proc/${GONE}/task/${GONE}/smaps` }), GONE).error).toBe('not_found');
});

it('is recognised by its error', () => expect([isFailure(failure('zombie', 'x')), isFailure({ etag: 'x' })]).toEqual([true, false]));
