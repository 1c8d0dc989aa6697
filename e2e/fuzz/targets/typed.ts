import { parseByteSize } from '@procmap/shared/byte-size.ts';
import { tile } from '@procmap/shared/intervals.ts';
import { parseAddress } from '@procmap/shared/page.ts';
import { LAYOUT_64, manyLines, tableOf } from '@procmap/shared/table.fixture.ts';
import { Fault } from '../../../server/src/common/fault.ts';
import { parseOptions } from '../../../server/src/options.ts';
import { OPTION_NAMES } from '../../../server/src/options/verbs.ts';
import { decodePermalink, encodePermalink } from '../../../web/src/view/permalink.ts';
import { complete } from '../../../web/src/search/query-complete.ts';
import { FIELDS } from '../../../web/src/search/query-fields.ts';
import { hitsOf, matchTerms } from '../../../web/src/search/query-match.ts';
import { isProblem, termOf } from '../../../web/src/search/query-terms.ts';
import { printToken, tokensOf } from '../../../web/src/search/query-tokens.ts';
import { parseRange } from '@procmap/shared/places/address-query.ts';
import { promise, type Target } from '../target.ts';

const INTERVALS = tile(tableOf(manyLines(12)), LAYOUT_64);
const MAX_CHARACTERS = 2000;

export const TYPED: readonly Target[] = [
  {
    name: 'options',
    seeds: () => ['serve\0--port=1\0--rate=0.5', '--pid=1\0-u\0--locate=0x1,2M', 'open\0--port=1', '-p1\0-vd'].map((text) => Buffer.from(text)),
    words: ['\0', ...OPTION_NAMES, '-p', '-u', '=', 'any'],
    run: (input) => {
      const argv = input.toString('utf8').split('\0');
      try {
        parseOptions(argv);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        promise(error.exitStatus === 2, 'a usage error has status 2');
        promise(!error.message.includes('\n') && error.message.endsWith('; see procmap --help'), 'a usage error is one line that points to --help');
      }
    },
  },
  {
    name: 'query',
    seeds: () =>
      ['kind:heap,stack -name="a \\"b\\"" size>=1M libc', '0x7f92b03f1000,64K', 'perm:w !shared', '---', 'rss>4K flag:me'].map((text) => Buffer.from(text)),
    words: [...FIELDS.map(({ name }) => `${name}:`), '>=', '!=', '"', '\\"', ',', '-', '!', ' '],
    run: (input) => {
      const text = input.toString('utf8').slice(0, MAX_CHARACTERS);
      const tokens = tokensOf(text);
      let at = 0;
      for (const { from, to } of tokens) {
        promise(at <= from && from < to && to <= text.length, 'tokens stand one behind the other');
        at = to;
      }
      const printed = tokens.map(printToken).join(' ');
      promise(tokensOf(printed).map(printToken).join(' ') === printed, 'what is printed is read as it is meant');
      const terms = tokens.map(termOf).flatMap((term) => (isProblem(term) ? [] : [term]));
      const matches = matchTerms(terms, INTERVALS, null);
      promise(hitsOf(matches).length <= INTERVALS.length, 'what is found is there');
      const { length } = text;
      for (const caret of [0, length, Math.floor(length / 2)]) complete(text, caret, INTERVALS, null, true);
      parseRange(text);
    },
  },
  {
    name: 'permalink',
    seeds: () =>
      ['pid=7&at=0x7f0000000000.8&zoom=1e9&see=7effffff0-7f0000010&show=user&scale=log&sel=0x1000-0x2000&q=libc', 'colour=perms'].map((text) =>
        Buffer.from(text),
      ),
    words: ['&', '=', 'at=', 'zoom=', 'see=', 'sel=', 'q=', 'colour=', '0x', '%', '%u202e'],
    run: (input) => {
      const link = decodePermalink(input.toString('utf8'));
      const again = encodePermalink(link);
      promise(encodePermalink(decodePermalink(again)) === again, 'a link leads to where it was made');
    },
  },
  {
    name: 'sizes and addresses',
    seeds: () => ['0x7f0000000000', '64K', '18446744073709551615', '1.5M'].map((text) => Buffer.from(text)),
    words: ['E', 'P', 'KiB', '0x', '.'],
    run: (input) => {
      const text = input.toString('utf8').slice(0, MAX_CHARACTERS);
      for (const amount of [parseByteSize(text), parseAddress(text)])
        if (amount !== null)
          promise(amount.page >= 0 && amount.byte >= 0 && amount.byte < 4096 && Number.isSafeInteger(amount.page), 'an amount is pages and bytes');
    },
  },
];
