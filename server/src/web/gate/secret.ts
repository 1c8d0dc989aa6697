import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32;

/** 256 bits in base64url. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/**
 * Secrets are stored and compared as digests: all have the same length, and reading this memory does not reveal them.
 */
export function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

export function isSecret(given: string, expected: Buffer): boolean {
  return timingSafeEqual(digest(given), expected);
}
