import type { FileNow } from '@procmap/shared/files/file-now.ts';
import { PAGE_SIZE } from '@procmap/shared/page.ts';
import type { Details, AddressInside } from './details.ts';

/** What a shell takes as it is; all else stands in quotes. */
const PLAIN = /^[\w/.,:+@%=-]+$/;
/** A name that is shown as the file system has it: nothing of it is escaped (with a backslash), left out, or drawn upon another character. */
const AS_IT_IS = /^\/[ -[\]-~\p{L}\p{N}]*$/u;

/** An address within a mapping by the addresses of its file itself, as addr2line(1) takes them; without a spot, where the mapping starts. null: the file has none. */
export function elfAddressAt({ elf_address }: FileNow, { startPage }: Details, spot: AddressInside | null): string | null {
  if (elf_address === null) return null;
  const into = spot === null ? 0n : BigInt(spot.page - startPage) * BigInt(PAGE_SIZE) + BigInt(spot.byte);
  return `0x${BigInt.asUintN(64, BigInt(elf_address) + into).toString(16)}`;
}

/** A command that tells the function and line there. A file that is no longer at its path is named by its mapping, of which the kernel has a link. */
export function addr2line(file: FileNow, details: Details, spot: AddressInside | null, pid: number): string | null {
  const address = elfAddressAt(file, details, spot);
  if (address === null) return null;
  const isAtPath = file.state === 'same' && AS_IT_IS.test(details.title);
  return `addr2line -e ${isAtPath ? quoted(details.title) : `/proc/${pid}/map_files/${bare(details.start)}-${bare(details.end)}`} ${address}`;
}

function quoted(path: string): string {
  return PLAIN.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** As the folder map_files writes it. */
function bare(address: string): string {
  return BigInt(address).toString(16);
}
