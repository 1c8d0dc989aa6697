/**
 * What is now at the path of a mapped file, and which file that is. Never part of a map, since looking at it asks a
 * file system. Snake case, as in the API.
 * `same`: the mapped file itself. `replaced`: another file. `gone`: nothing. `never_named`: the mapped object never had
 * a path. `unknown`: `reason` says why.
 */
export interface FileNow {
  readonly state: FileState;
  /** A short sentence: why the state is unknown, or what is there if not a file; else null. */
  readonly reason: string | null;
  /** NT_GNU_BUILD_ID of the mapped file, in hex; null where it has none, or cannot be read. */
  readonly build_id: string | null;
  /**
   * A short sentence: why the mapped file was not read, so that build_id and elf_address are unknown. Absent where it
   * was read, or nobody tried (`never_named`, or its file system does not answer).
   */
  readonly unread?: string;
  /** false: the mapped file was read and is not an ELF file. */
  readonly is_elf?: false;
  /** For `replaced` only: the build id of the file now at the path; null where it has none, or cannot be read. */
  readonly new_build_id?: string | null;
  /**
   * The start of the mapping in the addresses of its ELF file, as addr2line(1) takes them: `0x1000`; null where the
   * file is not ELF, or the mapping is not loaded from it.
   */
  readonly elf_address: string | null;
}

export const FILE_STATES = ['same', 'replaced', 'gone', 'never_named', 'unknown'] as const;
export type FileState = (typeof FILE_STATES)[number];

export function unknownFile(reason: string): FileNow {
  return { state: 'unknown', reason, build_id: null, elf_address: null };
}
