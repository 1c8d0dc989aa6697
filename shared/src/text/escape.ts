import { escapeBytes } from './escape-bytes.ts';

export { escapeBytes } from './escape-bytes.ts';
export { escapeText } from './escape-text.ts';

const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
/** `\012`, as the kernel writes a newline in a name. */
const KERNEL_NEWLINE = [0x5c, 0x30, 0x31, 0x32] as const;

/**
 * Escapes a name as /proc/PID/maps gives it. There the kernel itself writes a newline as `\012` and escapes nothing else, not even the backslash:
 * so `\012` is shown as `\n` (a name that holds these four characters cannot be told apart: the kernel does not).
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
