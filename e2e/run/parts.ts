import type { Part } from './part.ts';

/** Parts that run one after another. */
export type Lane = readonly Part[];
/** Lanes that run at the same time; each needs about one core. */
export type Group = readonly Lane[];

const VITEST = ['--reporter=default', '--reporter=./e2e/run/vitest-reporter.ts'];
const PLAYWRIGHT = ['--reporter=list,./e2e/run/playwright-reporter.ts'];

const check = (name: string, ...args: string[]): Part => ({ name, args: [name, ...args], reports: false });
const vitest = (name: string, length: 'quick' | 'slow'): Part => ({
  name: length === 'quick' ? name : `${name} (slow)`,
  args: [name, ...VITEST],
  env: { PROCMAP_TESTS: length },
  reports: true,
});

/** The tests that a newcomer waits for. */
export const QUICK: readonly Group[] = [
  // Debian packages are fetched while parts run that do not need them.
  [
    [{ name: 'packages', args: ['test-packages'], reports: false, needed: true }, vitest('terminal', 'quick')],
    [check('types'), check('lint:ts')],
  ],
  [[vitest('unit', 'quick')]],
  [[vitest('api', 'quick')]],
  [[{ name: 'browser (main paths)', args: ['browser', '--grep=@main', ...PLAYWRIGHT], reports: true }]],
];

/** All others. */
export const REST: readonly Group[] = [
  [[check('fuzz', '--seconds=60')], [check('lint:lkm'), vitest('terminal', 'slow'), vitest('api', 'slow')]],
  [[{ name: 'load', args: ['load', ...VITEST], reports: true }]],
  [[{ name: 'guest', args: ['guest', ...VITEST], reports: true }]],
  [[{ name: 'browser (all else)', args: ['browser', '--grep-invert=@main', ...PLAYWRIGHT], reports: true }]],
];

export const REST_IN_WORDS = 'real kernels under QEMU, load, fuzzing, installation, the format of the kernel module, and the whole browser suite';
