import { expect, it } from 'vitest';
import { digest, isSecret, newSecret } from './secret.ts';

it('a secret holds 256 bits in 43 characters that need no escape, and no two are the same', () => {
  const secrets = Array.from({ length: 100 }, newSecret);
  for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/);
  expect(new Set(secrets).size).toBe(100);
});

it.each(['', 'a', 'secre', 'secret ', 'Secret', 's'.repeat(10_000)])('%j is not the secret, and is no error either', (given) =>
  expect(isSecret(given, digest('secret'))).toBe(false),
);

it('a secret is recognised by its digest', () => expect(isSecret('secret', digest('secret'))).toBe(true));
