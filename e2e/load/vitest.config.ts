import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The real daemon under load, and with what it needs taken away. Each test ends by itself, and prints what it measured. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '..', '..'),
    include: ['e2e/load/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // A test left alone by mistake fails the run.
    allowOnly: false,
    // What is printed belongs to the result.
    disableConsoleIntercept: true,
  },
});
