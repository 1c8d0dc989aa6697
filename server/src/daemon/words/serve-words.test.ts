import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseOptions } from '../../options.ts';
import { serveWords } from './serve-words.ts';

const name = fc.stringMatching(/^[a-z]{1,8}$/);
const options = fc.record({
  host: fc.constantFrom('127.0.0.1', '::1', '0.0.0.0'),
  allowHosts: fc.uniqueArray(name, { maxLength: 3 }),
  plainOrigin: fc.boolean(),
  metricsMatch: fc.uniqueArray(name, { maxLength: 3 }),
  tokenFile: fc.option(name),
  rateHz: fc.constantFrom(1, 2, 10),
  tickPercent: fc.constantFrom(10, 1, 50),
  unsafePath: fc.boolean(),
});

it('repeats the options that a daemon was started with', () => {
  fc.assert(
    fc.property(options, (some) => {
      const { tokenFile } = some;
      expect(parseOptions(['serve', ...serveWords(some)])).toMatchObject({ ...some, tokenFile: tokenFile === null ? null : resolve(tokenFile) });
    }),
  );
  expect(serveWords(parseOptions(['serve']) as Parameters<typeof serveWords>[0])).toEqual([]);
});
