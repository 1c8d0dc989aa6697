/**
 * Files with slow tests are named `*.slow.test.ts`: `make test` leaves them to `make test-all`. PROCMAP_TESTS=quick or
 * slow selects one kind; without it, as in `make api`, all run.
 */
export function testFiles(...patterns: readonly string[]): { include: string[]; exclude: string[] } {
  const length = process.env['PROCMAP_TESTS'];
  const suffix = length === 'slow' ? '.slow.test.ts' : '.test.ts';
  return {
    include: patterns.map((pattern) => `${pattern}/**/*${suffix}`),
    exclude: ['**/node_modules/**', '**/dist/**', ...(length === 'quick' ? ['**/*.slow.test.ts'] : [])],
  };
}
