/**
 * What lies now at the path of a mapped file, and which file that is. Never a part of a map: to look at it asks a file system. Snake case, as the API says it.
 * `same`: the very file that is mapped. `replaced`: another one. `gone`: nothing. `never_named`: no path ever led to what is mapped. `unknown`: `reason` says why.
 */
export interface FileNow {
  readonly state: FileState;
  /** A short sentence: why it is not known, or what lies there if not a file; else null. */
  readonly reason: string | null;
  /** NT_GNU_BUILD_ID of the file that is mapped, in hex; null where it has none, or cannot be read. */
  readonly build_id: string | null;
  /** Why the file that is mapped was not read, so that build_id and elf_address are not known: a short sentence. Absent where it was, or where nobody tried: of `never_named`, and where its file system does not answer. */
  readonly unread?: string;
  /** false: the file that is mapped was read, and is no ELF program. */
  readonly is_elf?: false;
  /** Of `replaced` alone: that of the file which lies there now; null where it has none, or cannot be read. */
  readonly new_build_id?: string | null;
  /** Where the mapping starts by the addresses of its ELF file, as addr2line(1) takes them: `0x1000`; null for what is no ELF program, or is not loaded from it. */
  readonly elf_address: string | null;
}

export const FILE_STATES = ['same', 'replaced', 'gone', 'never_named', 'unknown'] as const;
export type FileState = (typeof FILE_STATES)[number];

export function unknownFile(reason: string): FileNow {
  return { state: 'unknown', reason, build_id: null, elf_address: null };
}
