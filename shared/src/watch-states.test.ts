import { expect, it } from 'vitest';
import { WATCH_STATES, watchStateFacts } from './watch-states.ts';

it('is live, or names the problem', () => {
  for (const state of WATCH_STATES) expect(watchStateFacts(state).title === '').toBe(state === 'live');
});

it('recovers by a look only where there is one, and gets none where nothing can change', () => {
  for (const { looks, recovers } of WATCH_STATES.map(watchStateFacts)) if (recovers) expect(looks).toBe('less often');
  expect(WATCH_STATES.filter((state) => watchStateFacts(state).looks === 'never')).toEqual(['exited', 'not_found', 'kernel_thread', 'zombie']);
});
