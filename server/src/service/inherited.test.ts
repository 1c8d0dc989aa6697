import { expect, it } from 'vitest';
import { inheritedSockets } from './inherited.ts';

it('finds each socket by its name', () => {
  const env = { LISTEN_PID: '7', LISTEN_FDS: '3', LISTEN_FDNAMES: 'web:control:web' };
  expect(inheritedSockets(env, 7)).toEqual(
    new Map([
      ['web', [3, 5]],
      ['control', [4]],
    ]),
  );
  expect(inheritedSockets({ ...env, LISTEN_FDNAMES: 'web' }, 7).get('unknown')).toEqual([4, 5]);
});

it.each([{}, { LISTEN_PID: '8', LISTEN_FDS: '1' }, { LISTEN_PID: '7' }, { LISTEN_PID: '7', LISTEN_FDS: '-1' }, { LISTEN_PID: '7', LISTEN_FDS: 'x' }])(
  'takes no descriptor that is not meant for it: %j',
  (env) => expect(inheritedSockets(env, 7).size).toBe(0),
);
