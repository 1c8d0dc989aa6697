import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The real executable, as it was built, on real processes. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '..', '..'),
    include: ['e2e/terminal/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
