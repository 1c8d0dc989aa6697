import { defineConfig } from 'vitest/config';

/** Apart from the other tests: each kernel takes seconds to boot, under emulation, and minutes on a busy machine. From the checkout's top. */
export default defineConfig({
  test: {
    include: ['e2e/guest/**/*.test.ts'],
    testTimeout: 300_000,
    // The boot's own limit, and time for its kernel to come over the network.
    hookTimeout: 420_000,
    maxWorkers: 1,
  },
});
