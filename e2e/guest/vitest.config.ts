import { defineConfig } from 'vitest/config';
import { wantedGuest } from './guests.ts';

try {
  wantedGuest();
} catch (error) {
  process.stderr.write(`procmap: ${(error as Error).message}\n`);
  process.exit(1);
}

/** Apart from the other tests: each kernel takes seconds to boot, under emulation, and minutes on a busy machine. From the checkout's top. */
export default defineConfig({
  test: {
    include: ['e2e/guest/**/*.test.ts'],
    testTimeout: 600_000,
    // The boot's own limit, and time for its kernel to come over the network.
    hookTimeout: 750_000,
    // Each boots one guest at a time.
    maxWorkers: 2,
    // A test left alone by mistake fails the run.
    allowOnly: false,
  },
});
