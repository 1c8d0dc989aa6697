import { escapeBytes } from './escape-bytes.ts';

export { escapeBytes } from './escape-bytes.ts';
export { escapeText } from './escape-text.ts';

const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
/** `\012`, which the kernel writes for a newline in a name. */
const KERNEL_NEWLINE = [0x5c, 0x30, 0x31, 0x32] as const;

/**
 * Escapes a name from /proc/PID/maps. The kernel writes a newline there as `\012` and escapes nothing else, not even
 * the backslash: so `\012` is shown as `
 * ` (the kernel's output does not distinguish a name with these four characters).
 */
export function escapeMapsName(bytes: Uint8Array): string {
  return escapeBytes(bytes.includes(BACKSLASH) ? withNewlines(bytes) : bytes);
}

function withNewlines(bytes: Uint8Array): Uint8Array {
  const name = new Uint8Array(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const isNewline = KERNEL_NEWLINE.every((byte, k) => bytes[i + k] === byte);
    name[length++] = isNewline ? NEWLINE : (bytes[i] ?? 0);
    if (isNewline) i += KERNEL_NEWLINE.length - 1;
  }
  return name.subarray(0, length);
}
