import { expect, it } from 'vitest';
import { type NoRows, noRowsWords } from './no-rows.ts';

const NONE: NoRows = { show: 'both', gaps: false, search: { matches: null, problem: '', elsewhere: '', hits: [] } };
const FOUND = { ...NONE.search, matches: new Uint8Array(4) };

it('says which half has no mappings, and that the kernel half is not fully known', () => {
  expect(noRowsWords(NONE)).toBe('No known mapping. Turn on the gaps to see the rest.');
  expect(noRowsWords({ ...NONE, show: 'user' })).toBe('Nothing is mapped in this half. Turn on the gaps to see the rest.');
  expect(noRowsWords({ ...NONE, show: 'kernel' })).toBe('No known mapping in this half. Turn on the gaps to see the rest.');
});

it('says that nothing matches only where nothing does', () => {
  expect(noRowsWords({ ...NONE, search: FOUND })).toBe('No region matches the search.');
  expect(noRowsWords({ ...NONE, search: { ...FOUND, hits: [1] } })).toBe('The match is one of the gaps. Turn on the gaps to see it.');
  expect(noRowsWords({ ...NONE, search: { ...FOUND, hits: { length: 1234 } } })).toBe('All 1,234 matches are gaps. Turn on the gaps to see them.');
  const elsewhere = '1 match is outside the user half; only the user half is shown.';
  expect(noRowsWords({ ...NONE, show: 'user', search: { ...FOUND, elsewhere } })).toBe(`No region of this half matches the search. ${elsewhere}`);
});

it('explains an error of the search first', () => expect(noRowsWords({ ...NONE, search: { ...FOUND, problem: 'No such field.' } })).toBe('No such field.'));
