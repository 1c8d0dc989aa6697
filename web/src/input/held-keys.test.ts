import { describe, expect, it } from 'vitest';
import { HeldKeys } from './held-keys.ts';

describe('held keys', () => {
  it('begin once, however often they repeat, and end once', () => {
    const released: string[] = [];
    const held = new HeldKeys((name) => released.push(name));
    expect([held.press('KeyW'), held.press('KeyW'), held.press('KeyA')]).toEqual([true, false, true]);
    held.release('KeyW');
    held.release('KeyW');
    held.release('KeyS');
    expect(released).toEqual(['KeyW']);
    expect(held.press('KeyW')).toBe(true);
  });

  it('are all released at once, and each only once', () => {
    const released: string[] = [];
    const held = new HeldKeys((name) => released.push(name));
    held.press('KeyW');
    held.press('ArrowUp');
    held.releaseAll();
    held.releaseAll();
    held.release('KeyW');
    expect(released).toEqual(['KeyW', 'ArrowUp']);
  });
});
