import { openSync } from 'node:fs';
import { constants } from 'node:os';
import { expect, it } from 'vitest';
import { whyNot } from './system-error.ts';

function errorOf(path: string): unknown {
  try {
    return openSync(path, 'r');
  } catch (error) {
    return error;
  }
}

it('describes the system’s error in words', () => {
  expect(whyNot(errorOf(`/${'x'.repeat(300)}`), 'it cannot be read')).toBe('it cannot be read: a name in it is too long for its file system');
  expect(whyNot(errorOf('/proc/self/status/x'), 'it cannot be read')).toBe('it cannot be read: it is not there any more');
});

it('never shows only the name of an error, and includes that of a rare one', () => {
  for (const code of Object.keys(constants.errno)) {
    const [, words = ''] = whyNot(Object.assign(new Error(), { code }), 'no').split('no: ');
    expect(words).toMatch(/^[a-z]+ [^A-Z]*(\(E[A-Z0-9]+\))?$/);
  }
  expect(whyNot(Object.assign(new Error(), { code: 'EDOM' }), 'no')).toBe('no: the kernel refuses it (EDOM)');
});

it('rethrows anything but a system error', () => {
  const error = new Error('a fault of ours');
  expect(() => whyNot(error, 'no')).toThrow(error);
});
