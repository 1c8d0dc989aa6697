import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Against the real daemon, as it was built, and real processes. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '..', '..'),
    include: ['e2e/api/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
