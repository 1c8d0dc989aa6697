import { readFileSync } from 'node:fs';
import { KINDS } from '@procmap/shared/kind.ts';
import { describe, expect, it } from 'vitest';
import { linearLight } from './contrast.ts';
import { FILL_TOKENS } from './tokens.ts';

/** The colours of tokens.css, by theme. */
function palette(theme: 'light' | 'dark'): ReadonlyMap<string, string> {
  const css = readFileSync(new URL('../ui/tokens.css', import.meta.url), 'utf8');
  const light = css.slice(css.indexOf(':root {'), css.indexOf(":root[data-theme='dark'] {"));
  const dark = css.slice(css.indexOf(":root[data-theme='dark'] {"), css.indexOf(":root[data-patterns='on']"));
  const read = (text: string): [string, string][] =>
    [...text.matchAll(/--([a-z][\w-]*): (#[0-9a-f]{6});/g)].map(([, token = '', colour = '']) => [token, colour]);
  return new Map([...read(light), ...(theme === 'dark' ? read(dark) : [])]);
}

type Triple = readonly [number, number, number];

function times(matrix: readonly Triple[], [a, b, c]: Triple): Triple {
  const row = ([x, y, z]: Triple): number => Math.min(1, Math.max(0, x * a + y * b + z * c));
  return [row(matrix[0] ?? [0, 0, 0]), row(matrix[1] ?? [0, 0, 0]), row(matrix[2] ?? [0, 0, 0])];
}

/** Machado, Oliveira and Fernandes (2009), full severity, on linear light. */
const EYES: Readonly<Record<string, readonly Triple[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Björn Ottosson's OKLab, in which equal distances look equal. */
function lab([r, g, b]: Triple): Triple {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function distance(a: string, b: string, eye: string): number {
  const [x, y] = [a, b].map((colour) => lab(times(EYES[eye] ?? [], linearLight(colour)))) as [Triple, Triple];
  return Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

/**
 * Colours that touch in real maps: the mappings of a program and its libraries, heap and stack; and neighbours in a legend.
 */
const TOGETHER: Readonly<Record<string, readonly string[]>> = {
  kinds: ['text', 'rodata', 'data', 'heap', 'stack', 'anon', 'file', 'shmem'].map((kind) => `kind-${kind}`),
  uses: ['stack', 'heap', 'malloc', 'gc', 'code', 'bss', 'library', 'file', 'shared', 'closed'].map((use) => `use-${use}`),
  permissions: ['perms-___', 'perms-r__', 'perms-rw_', 'perms-r_x', 'perms-rwx'],
  pages: ['page-anon', 'page-anon-shared', 'page-file', 'page-file-shared', 'page-swapped', 'page-guard', 'page-marker', 'page-absent'],
};
/** A difference between touching areas that is obvious at a glance; 0.02 is just noticeable. */
const LEAST = 0.05;

describe.each(['dark', 'light'] as const)('colours of the %s theme', (theme) => {
  const colours = palette(theme);

  it('are all there', () => {
    expect(FILL_TOKENS.filter((token) => !colours.has(token))).toEqual([]);
    expect(KINDS.length).toBeGreaterThan(0);
  });

  it.each(Object.keys(EYES))('are distinguishable where they touch, to an eye with %s', (eye) => {
    const alike = Object.values(TOGETHER).flatMap((tokens) =>
      tokens.flatMap((a, i) =>
        tokens.slice(i + 1).flatMap((b) => {
          const apart = distance(colours.get(a) ?? '', colours.get(b) ?? '', eye);
          return apart < LEAST ? [`${a} ${b} ${apart.toFixed(3)}`] : [];
        }),
      ),
    );
    expect(alike).toEqual([]);
  });

  it.each(Object.keys(EYES))('of more and more memory grow lighter or darker step by step, to an eye with %s', (eye) => {
    const lightness = Array.from({ length: 5 }, (_, step) => lab(times(EYES[eye] ?? [], linearLight(colours.get(`resident-${step + 1}`) ?? '')))[0]);
    const sign = Math.sign((lightness[4] ?? 0) - (lightness[0] ?? 0));
    for (let i = 1; i < lightness.length; i++) expect(sign * ((lightness[i] ?? 0) - (lightness[i - 1] ?? 0))).toBeGreaterThan(0.04);
  });
});
