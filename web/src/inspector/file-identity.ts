import type { FileNow } from '@procmap/shared/files/file-now.ts';

/** Texts for a build ID and an ELF address that are missing. */
interface IdentityWords {
  readonly buildId: string;
  readonly elfAddress: string;
  /** Why they are unknown: a sentence, or ''. */
  readonly why: string;
}

/** `isProgram`: it is mapped as one. */
export function identityWords({ state, build_id, elf_address, unread, is_elf }: FileNow, isProgram: boolean): IdentityWords {
  if (is_elf === false) return { buildId: 'none: not an ELF file', elfAddress: 'none: not an ELF file', why: '' };
  const isUnread = unread !== undefined || state === 'unknown' || state === 'never_named';
  // If the file was read and one of the two is known, the other one does not exist.
  if (!isUnread || build_id !== null || elf_address !== null) return { buildId: 'none', elfAddress: 'none', why: '' };
  const why = unread ?? (state === 'never_named' ? 'it never had a path, and procmap opens files by their paths' : '');
  return {
    buildId: isProgram ? 'not known' : 'not known; not loaded as a program',
    elfAddress: isProgram ? 'not known' : 'none: not loaded as a program',
    why: why === '' ? '' : `Not known: ${why}.`,
  };
}
