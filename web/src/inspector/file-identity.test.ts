import type { FileNow } from '@procmap/shared/files/file-now.ts';
import { expect, it } from 'vitest';
import { identityWords } from './file-identity.ts';

const NONE: FileNow = { state: 'same', reason: null, build_id: null, elf_address: null };
const UNREAD = 'not known';

it.each<[string, FileNow, string, string]>([
  ['read, and linked without one', NONE, 'none', ''],
  ['read, and no ELF file', { ...NONE, is_elf: false }, 'none: not an ELF file', ''],
  ['replaced, read, and linked without one', { ...NONE, state: 'replaced' }, 'none', ''],
  ['replaced, and out of reach', { ...NONE, state: 'replaced', unread: 'no right to' }, UNREAD, 'Not known: no right to.'],
  ['there, and out of reach', { ...NONE, unread: 'no right to' }, UNREAD, 'Not known: no right to.'],
  ['not known itself: that says why', { ...NONE, state: 'unknown', reason: 'its file system does not answer' }, UNREAD, ''],
  ['without a path', { ...NONE, state: 'never_named' }, UNREAD, 'Not known: it never had a path, and procmap opens files by their paths.'],
])('a missing build ID is "none" only if the file was read: %s', (_, file, buildId, why) => expect(identityWords(file, true)).toMatchObject({ buildId, why }));

it('a file that is not a program has no ELF address, read or not', () =>
  expect(identityWords({ ...NONE, state: 'gone', unread: 'no right to' }, false).elfAddress).toBe('none: not loaded as a program'));
