import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { WebMessage } from '../../ipc.ts';
import { parseWebMessage } from './web-message.ts';

const KEY = 'k'.repeat(43);
const GOOD: readonly WebMessage[] = [
  { type: 'listening', port: 8642, key: KEY },
  { type: 'minted', request: 1, key: KEY },
  { type: 'kernel-half', source: 'lkm', note: 'from the kernel module' },
  { type: 'stuck', of: 'reader', reason: 'no answer to map 7' },
  { type: 'fatal', error: 'EADDRINUSE', message: 'in use' },
  { type: 'alive' },
];

it.each(GOOD)('$type is taken as it is', (message) => {
  expect(parseWebMessage(message)).toEqual(message);
  expect(parseWebMessage({ ...message, more: 1 })).toEqual(message);
});

it.each([
  null,
  undefined,
  7,
  'listening',
  [],
  {},
  { type: 'config' },
  { type: 'listening', port: '../../tmp/x', key: KEY },
  { type: 'listening', port: 0, key: KEY },
  { type: 'listening', port: 65_536, key: KEY },
  { type: 'listening', port: 8642.5, key: KEY },
  { type: 'listening', port: 8642, key: `${KEY}\u001b]0;x\u0007` },
  { type: 'listening', port: 8642 },
  { type: 'minted', request: '1', key: KEY },
  { type: 'minted', request: 1, key: `${KEY}\n` },
  { type: 'kernel-half', source: 'lkm' },
  { type: 'fatal', error: 1, message: 'x' },
  { type: 'stuck', of: 'web', reason: 'x' },
])('%j is none', (value) => expect(parseWebMessage(value)).toBeNull());

it('makes texts visible and cuts them', () => {
  expect(parseWebMessage({ type: 'fatal', error: 'E', message: '\u001b[2Jx' })).toEqual({ type: 'fatal', error: 'E', message: '\\x1b[2Jx' });
  const long = parseWebMessage({ type: 'stuck', of: 'files', reason: 'x'.repeat(1_000_000) });
  expect(long?.type === 'stuck' && long.reason.length).toBe(2000);
});

it('never throws, and passes on nothing that a terminal would interpret', () => {
  const type = fc.constantFrom('listening', 'minted', 'kernel-half', 'stuck', 'fatal', 'alive');
  const value = fc.oneof(fc.anything(), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(
      fc.record({ type, of: value, port: value, key: value, request: value, source: value, note: value, reason: value, error: value, message: value }),
      (message) => {
        const parsed = parseWebMessage(message);
        if (parsed !== null) expect(JSON.stringify(Object.values(parsed))).toMatch(/^[^\p{Cc}]*$/u);
      },
    ),
  );
});
