import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Carried, decodeCarried, encodeCarried } from './carried.ts';

const KEYS: readonly Carried[] = ['colouring', 'patterns', 'theme', 'rate', 'table', 'table-share', 'table-groups', 'table-gaps'];

describe('preferences in a link', () => {
  it('come out as they went in, whatever else is in the link', () => {
    const words = fc.dictionary(fc.constantFrom(...KEYS), fc.stringMatching(/^[a-z0-9.-]{1,20}$/));
    const others = fc.constantFrom('', 'pid=1&at=0x1000&zoom=2&', 'q=set%3Dtheme%3Alight&');
    fc.assert(
      fc.property(words, others, (chosen, before) => {
        const text = encodeCarried((key) => chosen[key] ?? null);
        const { hash } = new URL(`http://127.0.0.1/#${before}set=${text}`);
        expect(Object.fromEntries(decodeCarried(hash.slice(1)))).toEqual(text.length > 256 ? {} : { ...chosen });
      }),
    );
  });

  it('are few and short, whatever the text', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.tuple(fc.constantFrom(...KEYS, 'session', '__proto__'), fc.string())).map((pairs) => pairs.map((pair) => pair.join(':')).join(',')),
    );
    fc.assert(
      fc.property(texts, fc.boolean(), (text, raw) => {
        for (const [key, word] of decodeCarried(raw ? text : `set=${encodeURIComponent(text)}`)) {
          expect(KEYS).toContain(key);
          expect(word).toMatch(/^[a-z0-9.-]{1,20}$/);
        }
      }),
    );
  });

  it.each(['', 'set=', 'set=theme', 'set=theme:', 'set=:dark', 'set=theme:dark:light', 'set=session:x', 'set=theme:<b>', `set=theme:dark,${'x'.repeat(300)}`])(
    '%j holds none',
    (fragment) => expect(decodeCarried(fragment).size).toBe(0),
  );

  it('count once each, the first', () => expect([...decodeCarried('set=theme:dark,theme:light&set=rate:2')]).toEqual([['theme', 'dark']]));
});
