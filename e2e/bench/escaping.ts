import { escapeBytes } from '@procmap/shared/text/escape.ts';
import { atLeast, type Part } from './measure.ts';
import { type Contestant, interleave, type Sample, time } from './rounds.ts';
import { count, digits, textTable } from './table.ts';

/** Minimum speed for hostile bytes, relative to ASCII. */
const MIN_RATIO = 0.35;
const SAMPLE_BYTES = 256 * 1024;
/** The longest file name, the longest path that open(2) accepts, and a path as long as a chain of chdir(2) can make. */
const NAME_BYTES = [255, 4096, SAMPLE_BYTES];

const random = new Uint8Array(SAMPLE_BYTES);
for (let i = 0; i < SAMPLE_BYTES; i += 65_536) crypto.getRandomValues(random.subarray(i, i + 65_536));

const ASCII = 'ASCII';
const INPUTS: Readonly<Record<string, Uint8Array>> = {
  [ASCII]: repeated('/usr/lib/x86_64-linux-gnu/libc.so.6'),
  'random bytes': random,
  '0xff': new Uint8Array(SAMPLE_BYTES).fill(0xff),
  'first bytes of three': new Uint8Array(SAMPLE_BYTES).fill(0xe2),
  controls: new Uint8Array(SAMPLE_BYTES).fill(0x07),
  'two bytes each': repeated('éüñ'),
  'two, all letters': repeated(letters(0x100, 0x400)),
  'three bytes each': repeated('漢字'),
  'four bytes each': repeated('😀'),
  'direction marks': repeated('\u202e'),
  'piles of marks': repeated(`a${'\u0301'.repeat(6)}`),
  'ASCII and 0xff in turn': repeated(Uint8Array.of(0x41, 0xff)),
  'ASCII and two in turn': repeated('aé'),
  'characters cut short': repeated(Uint8Array.of(0xe6, 0xbc, 0x41, 0xf0, 0x9f, 0x98)),
};

function letters(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => String.fromCodePoint(from + i)).join('');
}

function repeated(unit: string | Uint8Array): Uint8Array {
  const bytes = typeof unit === 'string' ? new TextEncoder().encode(unit) : unit;
  const all = new Uint8Array(SAMPLE_BYTES - (SAMPLE_BYTES % bytes.length));
  for (let i = 0; i < all.length; i += bytes.length) all.set(bytes, i);
  return all;
}

/** Escapes the bytes name by name. */
function contestant(bytes: Uint8Array, nameBytes: number): Contestant {
  return (): Promise<Sample> =>
    time(1, () => {
      for (let from = 0; from < bytes.length; from += nameBytes) escapeBytes(bytes.subarray(from, from + nameBytes));
    });
}

/** Measures how fast names of any bytes are escaped: processes choose their names. */
export async function measureEscaping(quick: boolean): Promise<Part> {
  const rows = [['bytes a name', ...Object.keys(INPUTS)]];
  let least = Infinity;
  for (const nameBytes of NAME_BYTES) {
    const contestants = Object.fromEntries(Object.entries(INPUTS).map(([name, bytes]) => [name, contestant(bytes, nameBytes)]));
    const rounds = await interleave({ fewest: quick ? 20 : 60, most: 200, forMs: quick ? 1000 : 5000 }, contestants);
    // Inputs may differ in length by a few bytes.
    const ratios = Object.keys(INPUTS).map((name) => rounds.leastRatio(ASCII, name));
    least = Math.min(least, ...ratios);
    rows.push([count(nameBytes), ...ratios.map(digits)]);
  }
  const [head = [], ...body] = rows;
  const turned = head.map((cell, i) => [cell, ...body.map((row) => row[i] ?? '')]);
  return {
    measures: [atLeast('escaping any bytes / ASCII', least, MIN_RATIO, '')],
    text: `Escaping names, as a part of the speed of ASCII (least times of rounds in which each has its turn)\n\n${textTable(turned)}`,
  };
}
