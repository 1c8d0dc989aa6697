import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { REST_MS, Trail } from './trail.ts';
import type { HistoryEntries } from '../net/entries.ts';

/** A history like a browser's. */
class Stack implements HistoryEntries {
  all = [''];
  at = 0;

  get current(): string {
    return this.all[this.at] ?? '';
  }
  push(fragment: string): void {
    this.all = [...this.all.slice(0, this.at + 1), fragment];
    this.at++;
  }
  replace(fragment: string): void {
    this.all[this.at] = fragment;
  }
}

interface Visitor {
  readonly stack: Stack;
  readonly trail: Trail;
  view: string;
  travelling: boolean;
  /** Back or Forward, as the page sees it. */
  go(step: 1 | -1): void;
}

function visitor(): Visitor {
  const stack = new Stack();
  const trail = new Trail(stack, () => ({ fragment: made.view, travelling: made.travelling }));
  const made: Visitor = {
    stack,
    trail,
    view: '',
    travelling: false,
    go(step) {
      if (stack.all[stack.at + step] === undefined) return;
      stack.at += step;
      trail.follow();
      made.view = stack.current;
    },
  };
  return made;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a trail', () => {
  it('has one entry for each rest, and Back leads through the rests', () =>
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 6 }), { maxLength: 8 }), (series) => {
        const one = visitor();
        const rests = [''];
        for (const moves of series) {
          for (const move of moves) {
            one.view = `at=${move}`;
            one.trail.moved();
            vi.advanceTimersByTime(REST_MS - 1);
          }
          vi.advanceTimersByTime(1);
          if (one.view !== rests.at(-1)) rests.push(one.view);
        }
        expect(one.stack.all).toEqual(rests);
        for (const rest of rests.slice(0, -1).reverse()) {
          one.go(-1);
          expect(one.view).toBe(rest);
        }
        for (const rest of rests.slice(1)) {
          one.go(1);
          expect(one.view).toBe(rest);
        }
      }),
    ));

  it('never has the same entry twice in a row, and loses no way forward but by a move', () => {
    const step = fc.constantFrom('move', 'touch', 'flush', 'back', 'forward', 'rest', 'live', 'enter');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const one = visitor();
        let count = 0;
        let moved = false;
        for (const what of steps) {
          const length = one.stack.all.length;
          if (what === 'move') one.view = `m${count++}`;
          if (what === 'move' || what === 'enter') moved = true;
          if (what === 'move') one.trail.moved();
          else if (what === 'touch') {
            one.view = `${one.view}t`;
            one.trail.touched();
          } else if (what === 'flush') one.trail.flush();
          else if (what === 'enter') one.trail.enter();
          else if (what === 'rest') vi.advanceTimersByTime(REST_MS);
          else if (what === 'back' || what === 'forward') {
            one.go(what === 'back' ? -1 : 1);
            if (one.view === one.stack.current) moved = false;
          }
          // Changes of the process add no entry.
          if (!moved) expect(one.stack.all.length).toBe(length);
          if (what === 'rest' || what === 'flush') moved = moved && one.view !== one.stack.current;
        }
        vi.advanceTimersByTime(REST_MS);
        expect(one.stack.current).toBe(one.view);
      }),
    );
  });

  it('amends its entry for changes that are not moves', () => {
    const one = visitor();
    one.view = 'q=libc';
    one.trail.touched();
    vi.advanceTimersByTime(REST_MS);
    expect(one.stack.all).toEqual(['q=libc']);
  });

  it('is not put off by what changes all the time', () => {
    const one = visitor();
    one.view = 'there';
    one.trail.moved();
    for (let ms = 0; ms < REST_MS; ms += 100) {
      one.trail.touched();
      vi.advanceTimersByTime(100);
    }
    expect(one.stack.all).toEqual(['', 'there']);
  });

  it('waits for movements under way', () => {
    const one = visitor();
    one.trail.moved();
    one.travelling = true;
    one.view = 'half way';
    vi.advanceTimersByTime(3 * REST_MS);
    expect(one.stack.all).toEqual(['']);
    one.travelling = false;
    one.view = 'there';
    vi.advanceTimersByTime(REST_MS);
    expect(one.stack.all).toEqual(['', 'there']);
  });

  it('drops pending changes when the user goes back', () => {
    const one = visitor();
    one.view = 'a';
    one.trail.enter();
    one.view = 'b';
    one.trail.moved();
    one.go(-1);
    vi.advanceTimersByTime(2 * REST_MS);
    expect(one.stack.all).toEqual(['', 'a']);
    expect(one.stack.at).toBe(0);
  });
});
