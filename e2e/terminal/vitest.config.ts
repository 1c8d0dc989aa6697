import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { testFiles } from '../run/slow.ts';

/** Tests with the real executable, as built, and real processes. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '..', '..'),
    ...testFiles('e2e/terminal'),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // A test that is focused by mistake fails the run.
    allowOnly: false,
  },
});
