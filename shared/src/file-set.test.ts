import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FileSet } from './file-set.ts';

const number = fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 0xffffffff }));

it('numbers each file once, in the order of coming', () =>
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number, number, number), { maxLength: 400 }), (files) => {
      const set = new FileSet();
      const keys: string[] = [];
      for (const file of files) {
        expect(set.has(...file)).toBe(keys.includes(file.join()));
        if (!keys.includes(file.join())) keys.push(file.join());
        expect(set.add(...file)).toBe(keys.indexOf(file.join()));
      }
      expect(set.size).toBe(keys.length);
      for (const file of files) expect(set.add(...file)).toBe(keys.indexOf(file.join()));
    }),
  ));
