import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Mounts } from './mounts.ts';

/** Escapes characters like mountinfo: separators of fields and lines, and the backslash itself. */
function escaped(text: string): string {
  return text.replace(/[ \t\n\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

describe('mounts', () => {
  it('are found by their mount points, whatever the names', () => {
    const name = fc
      .array(fc.constantFrom('a', ' ', '\t', '\n', '\\', '#', '-', '\\040', '\xff', ':'), { minLength: 1, maxLength: 8 })
      .map((parts) => parts.join(''));
    const optional = fc.constantFrom('', 'shared:1 ', 'shared:1 master:2 ', 'unbindable ');
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, name, optional), { selector: ([point]) => point, maxLength: 6 }), (all) => {
        const lines = all.map(
          ([point, type, more], i) => `${i + 20} 1 0:${i} / ${escaped(`/${point}`)} rw,noatime ${more}- ${escaped(`fuse.${type}`)} ${escaped(type)} rw\n`,
        );
        const mounts = new Mounts(lines.join(''));
        for (const [i, [point, type]] of all.entries()) {
          const mount = { id: i + 20, device: `0:${i}`, point: `/${point}`, type: `fuse.${type}` };
          expect(mounts.at(`/${point}`)).toEqual(mount);
          expect(mounts.byId(i + 20)).toEqual(mount);
          expect(mounts.has(`0:${i}`)).toBe(true);
        }
      }),
    );
  });

  it('at the same point are represented by the last one, which covers the others', () => {
    const mounts = new Mounts('1 0 0:1 / /x rw - autofs a rw\n2 1 0:2 / /x rw - nfs b rw\n');
    expect(mounts.at('/x')?.type).toBe('nfs');
    expect(mounts.at('/y')).toBeNull();
  });

  it('are those of this process', () => {
    const mounts = new Mounts(readFileSync('/proc/self/mountinfo', 'latin1'));
    expect(mounts.at('/proc')?.type).toBe('proc');
  });

  it('of garbage never make no sense', () =>
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(' ', '-', '\n', '\\', '1', ':', '/', 'x') }), (text) => {
        new Mounts(text);
      }),
    ));
});
