import type { FileNow } from '@procmap/shared/files/file-now.ts';

/** What stands in the place of a build ID and an ELF address that are not told. */
export interface IdentityWords {
  readonly buildId: string;
  readonly elfAddress: string;
  /** Why they are not known: a sentence, or ''. */
  readonly why: string;
}

/** `isProgram`: it is mapped as one. */
export function identityWords({ state, build_id, elf_address, unread, is_elf }: FileNow, isProgram: boolean): IdentityWords {
  if (is_elf === false) return { buildId: 'none: not an ELF file', elfAddress: 'none: not an ELF file', why: '' };
  const isUnread = unread !== undefined || state === 'unknown' || state === 'never_named';
  // Of what was read and has the one, the other is none.
  if (!isUnread || build_id !== null || elf_address !== null) return { buildId: 'none', elfAddress: 'none', why: '' };
  const why = unread ?? (state === 'never_named' ? 'it never had a path, and procmap opens files by their paths' : '');
  return {
    buildId: isProgram ? 'not known' : 'not known; not loaded as a program',
    elfAddress: isProgram ? 'not known' : 'none: not loaded as a program',
    why: why === '' ? '' : `Not known: ${why}.`,
  };
}
