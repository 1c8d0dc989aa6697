import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32;

/** 256 bits in base64url. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** Secrets are kept and compared as digests: equal in length, and of no use to who reads this memory. */
export function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

export function isSecret(given: string, expected: Buffer): boolean {
  return timingSafeEqual(digest(given), expected);
}
