import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{shared,server,web}/**/*.test.ts', 'e2e/meta/**/*.test.ts'],
    // Integration tests start real processes; two cores.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
