import { expect, it } from 'vitest';
import { isNoAccess, isWriteExec, PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE, permsText, typeText } from './perms.ts';

const ALL = Array.from({ length: 16 }, (_, bits) => bits);

it('prints all sixteen as in maps, each differently', () => {
  expect(ALL.map((perms) => permsText(perms) + typeText(perms))).toEqual(
    ['p', 's'].flatMap((type) => ['---', 'r--', '-w-', 'rw-', '--x', 'r-x', '-wx', 'rwx'].map((mode) => mode + type)),
  );
  expect([PERM_READ, PERM_WRITE, PERM_EXEC, PERM_SHARED].map((bit) => permsText(bit) + typeText(bit))).toEqual(['r--p', '-w-p', '--xp', '---s']);
});

it('finds all that are writable and executable, readable or not, shared or not', () =>
  expect(ALL.filter(isWriteExec).map((perms) => permsText(perms) + typeText(perms))).toEqual(['-wxp', 'rwxp', '-wxs', 'rwxs']));

it('finds what cannot be accessed at all', () => expect(ALL.filter(isNoAccess).map((perms) => permsText(perms) + typeText(perms))).toEqual(['---p', '---s']));
