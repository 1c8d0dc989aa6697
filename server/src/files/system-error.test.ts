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

it('says in words what the system’s error means', () => {
  expect(whyNot(errorOf(`/${'x'.repeat(300)}`), 'it cannot be read')).toBe('it cannot be read: a name in it is too long for its file system');
  expect(whyNot(errorOf('/proc/self/status/x'), 'it cannot be read')).toBe('it cannot be read: it is not there any more');
});

it('never shows a bare name of an error, and keeps that of one that is rare', () => {
  for (const code of Object.keys(constants.errno)) {
    const [, words = ''] = whyNot(Object.assign(new Error(), { code }), 'no').split('no: ');
    expect(words).toMatch(/^[a-z]+ [^A-Z]*(\(E[A-Z0-9]+\))?$/);
  }
  expect(whyNot(Object.assign(new Error(), { code: 'EDOM' }), 'no')).toBe('no: the kernel refuses it (EDOM)');
});

it('passes on what is no error of the system', () => {
  const error = new Error('a fault of ours');
  expect(() => whyNot(error, 'no')).toThrow(error);
});
