import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportsOf, type Named, unusedOf, usesItself, usesOf } from './export-uses.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const filesOf = (pattern: string): string[] => globSync(pattern, { cwd: ROOT, exclude: (file) => /(^|\/)node_modules$/.test(file) });
const isTest = (file: string): boolean => /\.(test|spec|fixture)\.ts$/.test(file);

const SOURCES = filesOf('{shared,server,web}/src/**/*.{ts,svelte}');
const PRODUCT = SOURCES.filter((file) => !isTest(file));
/** What builds the product, too. */
const PRODUCT_USES = [...PRODUCT, ...filesOf('{server,web}/*.ts')].flatMap(usesOf);
const TEST_USES = [...SOURCES.filter(isTest), ...filesOf('server/test/**/*.ts'), ...filesOf('e2e/**/*.ts')].flatMap(usesOf);

/** Exports that tests alone import, though no other code of their file uses them. */
const FOR_TESTS: Readonly<Record<string, string>> = {
  'server/src/web/start/start.ts startWeb': 'web.js takes it from the script that it reads as root: see load-app.ts',
};

const textOf = ({ file, name }: Named): string => `${file} ${name}`;

describe('an export', () => {
  // What a component exports are methods for who binds it.
  const exported = PRODUCT.filter((file) => file.endsWith('.ts')).flatMap(exportsOf);
  const apart = unusedOf(exported, PRODUCT_USES);

  it('is found, and so is who imports it', () => {
    expect(exported.length).toBeGreaterThan(1000);
    expect(apart.length).toBeLessThan(exported.length / 5);
  });

  it('is imported by somebody; elsewhere, take the word export away', () => {
    expect(unusedOf(apart, TEST_USES).map(textOf)).toEqual([]);
  });

  it('that tests alone import is used by its own file; elsewhere, it belongs in a fixture', () => {
    expect(
      apart
        .filter((each) => !usesItself(each))
        .map(textOf)
        .sort(),
    ).toEqual(Object.keys(FOR_TESTS).sort());
  });
});

describe('the search for imports', () => {
  it('sees types, dynamic imports and what is passed on', () => {
    expect(usesOf('server/src/main.ts')).toContainEqual({ file: 'server/src/daemon/open.ts', name: 'open' });
    expect(usesOf('server/src/options.ts')).toContainEqual({ file: 'server/src/options/show.ts', name: 'Half' });
    expect(usesOf('web/src/table/TableRow.svelte')).toContainEqual({ file: 'web/src/table/lines/table-columns.ts', name: 'Column' });
    expect(exportsOf('shared/src/text/escape.ts')).toContainEqual({ file: 'shared/src/text/escape.ts', name: 'escapeBytes' });
  });

  it('tells what nobody imports, and what its own file uses', () => {
    const [a, b] = [
      { file: 'x.ts', name: 'a' },
      { file: 'x.ts', name: 'b' },
    ];
    expect(unusedOf([a, b], [a, { file: 'y.ts', name: 'b' }])).toEqual([b]);
    expect(unusedOf([a, b], [{ file: 'x.ts', name: '*' }])).toEqual([]);
    expect(['density', 'weightOf'].map((name) => usesItself({ file: 'web/src/axis/axis.ts', name }))).toEqual([true, true]);
    expect(usesItself({ file: 'server/src/web/start/start.ts', name: 'startWeb' })).toBe(false);
  });
});
