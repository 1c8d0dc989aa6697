import { describe, expect, it } from 'vitest';
import { factsOf, usesOf } from './map-text.fixture.ts';

const MAP = `
  7f0000000000-7f0000010000 rw-p /lib/libc.so.6
  7f0000010000-7f000001d000 rw-p`;

function bssAt(
  start: number,
  end: number,
): { readonly objects: { readonly bss: readonly [{ readonly start: number; readonly end: number }]; readonly isGo: false } } {
  return { objects: { bss: [{ start, end }], isGo: false } };
}

describe('bss', () => {
  it('is what the program headers of the file below say', () => {
    expect(factsOf(MAP, bssAt(0x7_f000_0010, 0x7_f000_001d))[1]).toMatchObject({ use: 'bss', certainty: 'told', of: 'libc.so.6' });
  });

  it('ends where they say: what follows is not told', () => {
    const uses = usesOf(MAP, bssAt(0x7_f000_0010, 0x7_f000_0012));
    expect(uses.facts(1)).toMatchObject({ use: 'mixed', of: 'bss of libc.so.6, memory not told' });
    expect(uses.parts(1)).toMatchObject([
      { start: 0x7_f000_0010, end: 0x7_f000_0012, claim: { use: 'bss' } },
      { start: 0x7_f000_0012, end: 0x7_f000_001d, claim: null },
    ]);
  });

  it('is not memory that merely follows a file, or begins elsewhere', () => {
    expect(factsOf(MAP)[1]?.use).toBeNull();
    expect(factsOf(MAP, bssAt(0x7_f000_0011, 0x7_f000_001d))[1]?.use).toBeNull();
    expect(factsOf(MAP.replace('7f0000010000 rw-p /lib', '7f000000f000 rw-p /lib'), bssAt(0x7_f000_0010, 0x7_f000_001d))[1]?.use).toBeNull();
  });
});
