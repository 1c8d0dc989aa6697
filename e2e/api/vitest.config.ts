import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { testFiles } from '../run/slow.ts';

/** Against the real daemon, as it was built, and real processes. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '..', '..'),
    ...testFiles('e2e/api'),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // A test left alone by mistake fails the run.
    allowOnly: false,
  },
});
