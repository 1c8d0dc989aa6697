import { defineConfig } from 'vitest/config';
import { wantedGuest } from './guests.ts';

try {
  wantedGuest();
} catch (error) {
  process.stderr.write(`procmap: ${(error as Error).message}\n`);
  process.exit(1);
}

/**
 * Separate from the other tests: each kernel takes seconds to boot, under emulation, and minutes on a busy machine.
 * Runs from the top of the checkout.
 */
export default defineConfig({
  test: {
    include: ['e2e/guest/**/*.test.ts'],
    testTimeout: 600_000,
    // The boot's own limit, plus time to download its kernel.
    hookTimeout: 750_000,
    // Each worker boots one guest at a time.
    maxWorkers: 2,
    // A test that is focused by mistake fails the run.
    allowOnly: false,
  },
});
