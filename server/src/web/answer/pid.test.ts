import { expect, it } from 'vitest';
import { ApiFault } from './api-error.ts';
import { pidOf } from './pid.ts';

/** The error for a text. */
function faultOf(text: string): unknown {
  try {
    return pidOf(text);
  } catch (fault) {
    return fault instanceof ApiFault ? fault.error : fault;
  }
}

it.each([
  ['1', 1],
  ['42', 42],
  ['4194304', 4_194_304],
])('%s is a pid', (text, pid) => expect(pidOf(text)).toBe(pid));

it.each([
  '',
  '0',
  '01',
  '+1',
  '-1',
  '1e3',
  '0x1',
  ' 1',
  '1 ',
  '1\n',
  '1.0',
  '1_0',
  '１',
  '1/../2',
  '..',
  'self',
  'NaN',
  'Infinity',
  '99999999999',
  '1'.repeat(100),
])('%j is malformed', (text) => expect(faultOf(text)).toMatchObject({ status: 400, body: { error: 'bad_pid' } }));

it.each(['4194305', '9999999999'])('%s is not a possible process id', (text) =>
  expect(faultOf(text)).toMatchObject({ status: 404, body: { error: 'not_found' } }),
);
