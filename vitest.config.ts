import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Two cores.
    maxWorkers: 2,
    // A test left alone by mistake fails the run.
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'page',
          // Pure code for the most part, in many small files: to start a worker for each would take longer than the tests.
          include: ['{shared,web}/**/*.test.ts'],
          isolate: false,
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'daemon',
          include: ['server/**/*.test.ts', 'e2e/meta/**/*.test.ts'],
          // These start real processes.
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
