import { expect, it } from 'vitest';
import { asSentence } from './sentence.ts';

it('adds a missing capital letter and full stop', () => {
  expect(asSentence('process 7 has exited')).toBe('Process 7 has exited.');
  expect(asSentence('Already one.')).toBe('Already one.');
  expect(asSentence('procmap failed to answer this request; see its log')).toBe('procmap failed to answer this request; see its log.');
  expect(asSentence('10 looks a second')).toBe('10 looks a second.');
  expect(asSentence('')).toBe('');
});
