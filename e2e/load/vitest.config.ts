import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/**
 * The real daemon under load, and without things that it needs. Each test ends by itself, and prints its measurements.
 */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '..', '..'),
    include: ['e2e/load/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // A test that is focused by mistake fails the run.
    allowOnly: false,
    // The output is part of the result.
    disableConsoleIntercept: true,
  },
});
