import { describe, expect, it } from 'vitest';
import { LinkKeys } from './link-keys.ts';

const FIVE_MINUTES = 5 * 60_000;

describe('a link key', () => {
  it('is valid once', () => {
    const keys = new LinkKeys();
    const key = keys.mint(0);
    expect(keys.take(key, 1)).toBe(true);
    expect(keys.take(key, 1)).toBe(false);
  });

  it('is valid for five minutes', () => {
    const keys = new LinkKeys();
    const [one, other] = [keys.mint(1000), keys.mint(1000)];
    expect(keys.take(one, 1000 + FIVE_MINUTES - 1)).toBe(true);
    expect(keys.take(other, 1000 + FIVE_MINUTES)).toBe(false);
  });

  it('that is used too late is never valid again, whatever the clock says', () => {
    const keys = new LinkKeys();
    const key = keys.mint(0);
    expect(keys.take(key, FIVE_MINUTES)).toBe(false);
    expect(keys.take(key, 0)).toBe(false);
  });

  it.each(['', 'x', '__proto__'])('%j, which was never minted, is invalid', (key) => {
    const keys = new LinkKeys();
    keys.mint(0);
    expect(keys.take(key, 0)).toBe(false);
  });

  it('is dropped, as the oldest of seventeen, for the newest', () => {
    const keys = new LinkKeys();
    const minted = Array.from({ length: 17 }, () => keys.mint(0));
    expect(minted.map((key) => keys.take(key, 1))).toEqual([false, ...Array<boolean>(16).fill(true)]);
  });
});
