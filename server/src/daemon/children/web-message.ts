import { escapeText } from '@procmap/shared/text/escape.ts';
import type { WebMessage } from '../../ipc.ts';

/** A key of a session or of a link: 256 bits in base64url. */
const KEY = /^[\w-]{43}$/;
const MAX_PORT = 65_535;
const MAX_TEXT = 2000;

/**
 * Validates a message of the web process. All npm code runs there, while the daemon may be root: the port becomes part
 * of a path, and texts reach a terminal. Texts are cut and escaped. null: not a valid message.
 */
export function parseWebMessage(value: unknown): WebMessage | null {
  if (typeof value !== 'object' || value === null) return null;
  const { type, of, port, key, request, source, note, reason, error, message } = value as Readonly<Record<string, unknown>>;
  switch (type) {
    case 'listening':
      return isNumber(port, MAX_PORT) && isKey(key) ? { type, port, key } : null;
    case 'minted':
      return isNumber(request, Number.MAX_SAFE_INTEGER) && isKey(key) ? { type, request, key } : null;
    case 'kernel-half':
      return isText(source) && isText(note) ? { type, source: shown(source), note: shown(note) } : null;
    case 'stuck':
      return (of === 'reader' || of === 'files') && isText(reason) ? { type, of, reason: shown(reason) } : null;
    case 'alive':
      return { type };
    case 'fatal':
      return isText(error) && isText(message) ? { type, error: shown(error), message: shown(message) } : null;
    default:
      return null;
  }
}

function isNumber(value: unknown, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= most;
}

function isKey(value: unknown): value is string {
  return isText(value) && KEY.test(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function shown(text: string): string {
  return escapeText(text.slice(0, MAX_TEXT));
}
