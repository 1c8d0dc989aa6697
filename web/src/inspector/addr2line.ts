import type { FileNow } from '@procmap/shared/files/file-now.ts';
import { PAGE_SIZE } from '@procmap/shared/page.ts';
import type { Details, AddressInside } from './details.ts';

/** Characters that a shell takes literally; any other text is quoted. */
const PLAIN = /^[\w/.,:+@%=-]+$/;
/**
 * A name shown exactly as in the file system: nothing in it is escaped (with a backslash), omitted, or combined with
 * another character.
 */
const AS_IT_IS = /^\/[ -[\]-~\p{L}\p{N}]*$/u;

/**
 * The address at a place in a mapping, in the addresses of its ELF file, as addr2line(1) takes them; without a spot,
 * the start of the mapping. null: the file has none.
 */
export function elfAddressAt({ elf_address }: FileNow, { startPage }: Details, spot: AddressInside | null): string | null {
  if (elf_address === null) return null;
  const into = spot === null ? 0n : BigInt(spot.page - startPage) * BigInt(PAGE_SIZE) + BigInt(spot.byte);
  return `0x${BigInt.asUintN(64, BigInt(elf_address) + into).toString(16)}`;
}

/**
 * A command that prints the function and line at that place. A file that is no longer at its path is reached through
 * the kernel's link to the mapping.
 */
export function addr2line(file: FileNow, details: Details, spot: AddressInside | null, pid: number): string | null {
  const address = elfAddressAt(file, details, spot);
  if (address === null) return null;
  const isAtPath = file.state === 'same' && AS_IT_IS.test(details.title);
  return `addr2line -e ${isAtPath ? quoted(details.title) : `/proc/${pid}/map_files/${bare(details.start)}-${bare(details.end)}`} ${address}`;
}

function quoted(path: string): string {
  return PLAIN.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** In the format of the map_files directory. */
function bare(address: string): string {
  return BigInt(address).toString(16);
}
