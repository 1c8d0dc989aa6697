import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIELDS, operatorsOf } from './query-fields.ts';
import { printToken, type Token, tokensOf } from './query-tokens.ts';

/** Tokens without their positions. */
function bare(typed: string): Token[] {
  return tokensOf(typed).map(({ negated, field, operator, values, quoted }) => ({ negated, field, operator, values, quoted }));
}

const text = fc.string({ unit: fc.constantFrom('a', 'B', '0', ' ', ',', '"', '\\', ':', '-', '/', '>', '=', 'é') });
const fieldTokens: fc.Arbitrary<Token> = fc
  .constantFrom(...FIELDS)
  .chain((field) =>
    fc
      .record({ negated: fc.boolean(), operator: fc.constantFrom(...operatorsOf(field)), values: fc.array(text, { minLength: 1, maxLength: 4 }) })
      .map((token) => ({ ...token, field: field.name, quoted: token.values.at(-1) === '' })),
  );
const quotedWords: fc.Arbitrary<Token> = fc
  .tuple(fc.boolean(), text)
  .map(([negated, word]) => ({ negated, field: '', operator: ':', values: [word], quoted: true }));

describe('tokens', () => {
  it('are the same when they are printed and read again', () =>
    fc.assert(
      fc.property(fc.array(fc.oneof(fieldTokens, quotedWords), { maxLength: 5 }), (tokens) => {
        expect(bare(tokens.map(printToken).join(' '))).toEqual(tokens);
      }),
      { numRuns: 1000 },
    ));

  it('of whatever is typed are found without a failure, in their order, and print to what means the same', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary' }),
      text,
      fc.array(fc.constantFrom('kind:', '"', '-', '!', 'w', 'x', '\\', ' ', 'size>=', ',', 'a'), { maxLength: 9 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(typed, (given) => {
        const tokens = tokensOf(given);
        let last = 0;
        for (const { from, to, valueFrom } of tokens) {
          expect(from).toBeGreaterThanOrEqual(last);
          expect(valueFrom).toBeGreaterThanOrEqual(from);
          expect(to).toBeGreaterThanOrEqual(valueFrom);
          last = to;
        }
        expect(bare(tokens.map(printToken).join(' '))).toEqual(bare(given));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['libc', [{ negated: false, field: '', values: ['libc'], quoted: false }]],
    ['-libc', [{ negated: true, field: '', values: ['libc'] }]],
    ['!KIND:Heap,stack', [{ negated: true, field: 'kind', operator: ':', values: ['Heap', 'stack'] }]],
    ['---', [{ negated: false, field: '', values: ['---'] }]],
    ['--x', [{ negated: false, values: ['--x'] }]],
    ['!wx', [{ negated: true, values: ['wx'] }]],
    ['-', [{ negated: false, values: ['-'] }]],
    ['size>=1M', [{ field: 'size', operator: '>=', values: ['1M'] }]],
    ['dev:fe:00', [{ field: 'dev', operator: ':', values: ['fe:00'] }]],
    ['name="a \\"b\\", c"', [{ field: 'name', operator: '=', values: ['a "b", c'] }]],
    ['name=""', [{ field: 'name', values: [''], quoted: true }]],
    ['name=', [{ field: 'name', values: [''], quoted: false }]],
    ['"perm:w', [{ field: '', values: ['perm:w'], quoted: true }]],
    [
      '/memfd:x a,b',
      [
        { field: '', values: ['/memfd:x'] },
        { field: '', values: ['a,b'] },
      ],
    ],
    ['name:\\x1b', [{ field: 'name', values: ['\\x1b'] }]],
  ])('takes %j apart', (typed, expected) => {
    expect(tokensOf(typed)).toMatchObject(expected);
    expect(tokensOf(typed)).toHaveLength(expected.length);
  });
});
