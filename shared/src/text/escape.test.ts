import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unescape } from './escape.fixture.ts';
import { escapeBytes, escapeMapsName, escapeText } from './escape.ts';

/** Any string, including lone surrogates. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0x0a, 0x1b, 0x20, 0x5c, 0x6e, 0x78, 0x0301, 0x0488, 0x202e, 0x2800, 0xd800, 0xdc00)))
  .map((units) => String.fromCharCode(...units));
const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];
const character = fc.oneof(fc.integer({ min: 0, max: 0x10ffff }), fc.integer({ min: 0, max: 0x2fff })).map((code) => String.fromCodePoint(code));
/** Any bytes: well-formed characters (a surrogate counts as U+FFFD), and bytes that are part of none. */
const anyBytes = fc
  .array(
    fc.oneof(
      character.map(utf8),
      fc.constantFrom('\\', '\\x', '\n', '\\u{61}', '\ufeff').map(utf8),
      fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 3 }),
    ),
  )
  .map((parts) => Uint8Array.from(parts.flat()));

/** Sets of UAX #44, not the one expression of escape.ts. */
const NEVER = /\p{Cc}|\p{Cf}|\p{Cs}|\p{Co}|\p{Cn}|\p{Zl}|\p{Zp}|\p{Bidi_Control}|\p{Variation_Selector}|\p{Join_Control}|\p{Noncharacter_Code_Point}/u;
const BLANK = /(?! )\s|\u00ad|\u034f|\u115f|\u1160|\u2800|\u3164|\uffa0/u;
/**
 * A combining mark without a letter or digit, except after the brace of an escaped mark; and a pile of marks, which
 * reaches into other lines.
 */
const STRAY = /(^|[^\p{L}\p{M}\p{N}}])\p{M}|\p{M}{5}/u;

describe('escaped text', () => {
  it('holds nothing that controls, reorders, hides or breaks a line, whatever was given', () =>
    fc.assert(
      fc.property(anyText, anyBytes, (text, bytes) => {
        for (const escaped of [escapeText(text), escapeBytes(bytes), escapeMapsName(bytes)]) {
          expect(escaped).not.toMatch(NEVER);
          expect(escaped).not.toMatch(BLANK);
          expect(escaped).not.toMatch(STRAY);
        }
      }),
      { numRuns: 500 },
    ));

  it('is unambiguous: it can be read back, byte by byte, even if it is not UTF-8', () =>
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(unescape(escapeBytes(bytes))).toEqual([...bytes]);
      }),
      { numRuns: 1000 },
    ));

  it('of a string equals that of its bytes, and lone surrogates stay distinct', () =>
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        if (a.isWellFormed()) expect(escapeText(a)).toBe(escapeBytes(new TextEncoder().encode(a)));
        expect(escapeText(a) === escapeText(b)).toBe(a === b);
        expect(escapeText(`${a}\ud800`) === escapeText(`${a}\ud801`)).toBe(false);
      }),
    ));

  it('does not depend on its position in a name that is longer than one step of escaping', () =>
    fc.assert(
      fc.property(fc.integer({ min: 16_370, max: 16_390 }), anyBytes, anyBytes, (before, bytes, after) => {
        const long = Uint8Array.from([...new Uint8Array(before).fill(0x61), ...bytes, 0x2f, ...new Uint8Array(16_384).fill(0xff), ...after]);
        expect(unescape(escapeBytes(long))).toEqual([...long]);
        const [start = ''] = escapeBytes(long).slice(before).split('/\\xff');
        expect(`a${start}`).toBe(escapeBytes(Uint8Array.of(0x61, ...bytes)).split('/\\xff')[0]);
      }),
      { numRuns: 60 },
    ));

  it('leaves alone what a person can read', () => {
    for (const text of [
      '',
      '/usr/lib/libc.so.6 (deleted)',
      '[anon: x]',
      'naïve €',
      '日本語',
      'кириллица',
      '\u{1f525}',
      'e\u0301',
      'Vie\u0323\u0302t',
      'क्षि',
      'שָׁלוֹם',
    ])
      expect(escapeText(text)).toBe(text);
  });

  it.each([
    ['\u0000', '\\x00'],
    ['\u001b[31m', '\\x1b[31m'],
    ['\u007f', '\\x7f'],
    ['\u0080', '\\u{80}'],
    ['a\\b', 'a\\\\b'],
    ['\\n\n\t\r', '\\\\n\\n\\t\\x0d'],
    ['\u202e\u2066\u200f', '\\u{202e}\\u{2066}\\u{200f}'],
    ['\ufeff', '\\u{feff}'],
    ['\u2028\u00a0\u3000', '\\u{2028}\\u{a0}\\u{3000}'],
    ['\u00ad\u200b\ufe0f\u3164', '\\u{ad}\\u{200b}\\u{fe0f}\\u{3164}'],
    ['\u{e0041}\u{f0000}\u{10ffff}', '\\u{e0041}\\u{f0000}\\u{10ffff}'],
    ['\ue000\u0378\ufdd0', '\\u{e000}\\u{378}\\u{fdd0}'],
    ['\u0301a\u0301', '\\u{301}a\u0301'],
    ['a \u0338/\u0338', 'a \\u{338}/\\u{338}'],
    ['\u202e\u0301\u0301', '\\u{202e}\\u{301}\\u{301}'],
    [`a${'\u0301'.repeat(6)}`, `a${'\u0301'.repeat(4)}\\u{301}\\u{301}`],
    ['a\u2800', 'a\\u{2800}'],
    ['\ud83d', '\\u{d83d}'],
    ['\udd25\ud83d', '\\u{dd25}\\u{d83d}'],
  ])('of %j is %j', (text, escaped) => expect(escapeText(text)).toBe(escaped));

  it.each([
    ['a byte that begins nothing', [0x61, 0x80, 0xff, 0x62], 'a\\x80\\xffb'],
    ['a character cut short', [0xe2, 0x82, 0x61, 0xe2, 0x82], '\\xe2\\x82a\\xe2\\x82'],
    ['an overlong slash', [0xc0, 0xaf], '\\xc0\\xaf'],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x61, 0xff], '\\u{feff}a\\xff'],
    ['one alone', [0xef, 0xbb, 0xbf], '\\u{feff}'],
    ['a surrogate in UTF-8', [0xed, 0xa0, 0x80], '\\xed\\xa0\\x80'],
    ['a code point above the last', [0xf4, 0x90, 0x80, 0x80], '\\xf4\\x90\\x80\\x80'],
    ['marks of what is well-formed', [0x65, 0xcc, 0x81, 0xff, 0xcc, 0x81], 'e\u0301\\xff\\u{301}'],
    ['well-formed characters around it', [0xc3, 0xa9, 0xff, 0xf0, 0x9f, 0x94, 0xa5, 0x1b], 'é\\xff\u{1f525}\\x1b'],
  ])('shows %s', (_, bytes, escaped) => expect(escapeBytes(Uint8Array.from(bytes))).toBe(escaped));
});

describe('a name of maps', () => {
  /** Like the kernel's seq_path(): a newline becomes four characters, nothing else changes. */
  const asMaps = (bytes: Uint8Array): Uint8Array => Uint8Array.from([...bytes].flatMap((byte) => (byte === 0x0a ? [0x5c, 0x30, 0x31, 0x32] : [byte])));

  it('shows the newline that the kernel wrote as four characters', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(escapeMapsName(asMaps(bytes))).toBe(escapeBytes(bytes));
      }),
    );
    const text = (name: string): string => escapeMapsName(new TextEncoder().encode(name));
    expect([text('a\\012b'), text('a\\\\012b'), text('\\0121'), text('\\01'), text('\\x5c012')]).toEqual([
      'a\\nb',
      'a\\\\\\nb',
      '\\n1',
      '\\\\01',
      '\\\\x5c012',
    ]);
  });
});
