import { escapeText } from '@procmap/shared/text/escape.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { displayWidth, cutMiddle } from './columns.ts';

it.each([
  ['', 0],
  ['abc', 3],
  ['/tmp/é', 6],
  ['/tmp/e\u0301', 6],
  ['漢字', 4],
  ['한글', 4],
  ['ｆｕｌｌ', 8],
  ['😀', 2],
  ['データ・ゲーム', 14],
  ['ｶﾀｶﾅ', 4],
  ['\u1112\u1161\u11ab', 2],
  ['︰﹏', 4],
  ['\u{17000}', 2],
  ['🇩🇪', 2],
  ['〈〉', 4],
  ['Ωж', 2],
  ['→', 1],
])('%j takes %i columns', (text, columns) => expect(displayWidth(text)).toBe(columns));

it.each([
  ['/usr/lib/x86_64-linux-gnu/libc.so.6', 20, '/usr/lib/…/libc.so.6'.length],
  ['short', 20, 5],
])('%j is cut to %i columns', (text, most, columns) => expect(displayWidth(cutMiddle(text, most))).toBe(columns));

it('keeps both ends', () => {
  expect(cutMiddle('0123456789', 5)).toBe('01…89');
  expect(cutMiddle('0123456789', 6)).toBe('01…789');
  expect(cutMiddle('漢字漢字漢字', 6)).toBe('漢…字');
});

it('never takes more room than there is, and only shows existing text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }).map(escapeText), fc.integer({ min: 1, max: 40 }), (text, most) => {
      const cut = cutMiddle(text, most);
      expect(displayWidth(cut)).toBeLessThanOrEqual(most);
      if (displayWidth(text) <= most) expect(cut).toBe(text);
      else {
        const [begin = '', end = ''] = cut.split(/…(?=[^…]*$)/);
        expect(text.startsWith(begin.replace(/…$/, '')) || begin.includes('…')).toBe(true);
        expect(text.endsWith(end)).toBe(true);
        // No more is cut than necessary: up to half a wide character on each side.
        expect(displayWidth(cut)).toBeGreaterThanOrEqual(most - 2);
      }
    }),
  );
});
