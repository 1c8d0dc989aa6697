import { parseByteSize } from '@procmap/shared/byte-size.ts';
import { addBytes, type Bytes, PAGE_SIZE, parseAddress } from '@procmap/shared/page.ts';
import { isNoAccess, isWriteExec, PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '@procmap/shared/perms.ts';

/** A condition on permissions. */
export interface PermsTest {
  readonly test: (perms: number) => boolean;
  /** Tests private or shared, which only mappings are. */
  readonly ofType: boolean;
}

const ACCESS = PERM_READ | PERM_WRITE | PERM_EXEC;
const BITS: Readonly<Record<string, number>> = { r: PERM_READ, w: PERM_WRITE, x: PERM_EXEC, s: PERM_SHARED };

/** The permissions named by letters; other characters are ignored. */
function bitsOf(letters: string): number {
  let bits = 0;
  for (const letter of letters) bits |= BITS[letter] ?? 0;
  return bits;
}

/**
 * Permissions typed without a field name: `rwx`, `r-xp`, `---` exactly; `w+x`, `+x`, `r+w` at least; `p` and `s`; `wx`.
 * null for anything else. Expects lower case.
 */
export function barePerms(text: string): PermsTest | null {
  const [, r = '', w = '', x = '', shared] = /^([r-])([w-])([x-])([ps-])?$/.exec(text) ?? [];
  if (r !== '') {
    const bits = bitsOf(r + w + x);
    return {
      ofType: shared === 'p' || shared === 's',
      test: (perms) => (perms & ACCESS) === bits && (shared === undefined || shared === '-' || (shared === 's') === ((perms & PERM_SHARED) !== 0)),
    };
  }
  if (text === 'w+x' || text === 'wx' || text === 'x+w') return { ofType: false, test: isWriteExec };
  if (text === 'p' || text === 's') return { ofType: true, test: (perms) => ((perms & PERM_SHARED) !== 0) === (text === 's') };
  if (!/^\+?[rwxs](?:\+[rwxs])*$/.test(text) || !text.includes('+')) return null;
  const bits = bitsOf(text);
  return { ofType: text.includes('s'), test: (perms) => (perms & bits) === bits };
}

/**
 * The value of `perm`: as above; letters alone as a minimum (`w`, `rw`); or `none`. With `exactly`, letters are all
 * permissions.
 */
export function permsValue(value: string, exactly: boolean): PermsTest | null {
  const text = value.toLowerCase();
  if (text === 'none' || text === 'no access') return { ofType: false, test: isNoAccess };
  const isLetters = /^[rwx]{1,3}s?$/.test(text);
  if (isLetters && exactly) {
    const bits = bitsOf(text);
    return { ofType: text.endsWith('s'), test: (perms) => (perms & (text.endsWith('s') ? ACCESS | PERM_SHARED : ACCESS)) === bits };
  }
  if (isLetters && text !== 'rwx') {
    const bits = bitsOf(text);
    return { ofType: text.endsWith('s'), test: (perms) => (perms & bits) === bits };
  }
  return barePerms(text);
}

/** `4096`, `4K`, `1.5 MB`, `0x1000`, `4pages`: bytes; null for anything else. */
export function sizeValue(value: string): Bytes | null {
  const text = value.trim();
  if (/^0x[0-9a-f]+$/i.test(text)) return parseAddress(text);
  const pages = /^([0-9]{1,15})\s*(?:pages?|pg)$/i.exec(text)?.[1];
  if (pages !== undefined) return { page: Number(pages), byte: 0 };
  const [, whole = '', fraction = '', unit = ''] = /^([0-9]{1,15})\.([0-9]{1,9})\s*([kmgtpe](?:i?b)?)$/i.exec(text) ?? [];
  if (fraction === '') return parseByteSize(text, 'b');
  const [base, one] = [parseByteSize(whole + unit), parseByteSize(`1${unit}`)];
  if (base === null || one === null) return null;
  const part = Number(`0.${fraction}`) * (one.page * PAGE_SIZE + one.byte);
  return addBytes(base, { page: Math.floor(part / PAGE_SIZE), byte: Math.round(part % PAGE_SIZE) });
}

/** `50%`, `0`, `12.5`: percent. */
export function percentValue(value: string): number | null {
  const [, digits] = /^([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*%?$/.exec(value.trim()) ?? [];
  const percent = Number(digits);
  return digits === undefined || percent > 100 ? null : percent;
}

/** A decimal inode number of up to 64 bits, as pages and bytes, so that it is exact. */
export function inodeValue(value: string): Bytes | null {
  if (!/^[0-9]{1,20}$/.test(value)) return null;
  const number = BigInt(value);
  return number >= 2n ** 64n ? null : { page: Number(number >> 12n), byte: Number(number & 0xfffn) };
}
