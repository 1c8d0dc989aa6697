import { formatPages } from '../../units.ts';
import { Flag } from '../flag-bits.ts';
import type { UseMap } from '../use-map.ts';

/** AddressSanitizer on x86-64, pages: low shadow, gap, high shadow. */
const ASAN = [0x7_fff7, 0x8_fff7, 0x2008_fff7, 0x1_0007_fff8] as const;
/** Where its allocator begins, by version. */
const ASAN_HEAPS = [0x6_0000_0000, 0x5_0000_0000];
const ASAN_HEAP_PAGES = 2 ** 30;
/** What only a sanitizer asks for: no swap reservation, not in cores, no huge pages. */
const SHADOW = Flag.nr | Flag.dd | Flag.nh;
/** Where TSan keeps what it knows of sync objects, in all versions, and MSan the shadow of the program and the libraries. */
const TSAN_META = [0x3_0000_0000, 0x3_4000_0000] as const;
const MSAN_SHADOWS = [0x1000_0000, 0x5_0000_0000];
/** Their allocators lie between these pages, in all versions; mmap() places nothing below the second one. */
const [HEAPS_START, HEAPS_END] = [0x7_0000_0000, 0x7_e800_0000];
/** 256 MiB, of what TSan and MSan close between their parts. */
const MIN_CLOSED_PAGES = 2 ** 16;
/** 1 MiB: libsanitizer's own memory comes in such blocks, aligned to their size. */
const BLOCK_PAGES = 256;

/** Memory of programs that gcc or clang built with a sanitizer. */
export function sanitizers(map: UseMap): void {
  const asan = asanShadow(map);
  const name = asan.length > 0 ? 'ASan' : byFlags(map);
  if (name === null) return;
  if (name === 'ASan') ofAsan(map, asan);
  else ofOther(map, name);
  const of = `${name} runtime`;
  const evidence = `it is a block of 1 MB at a multiple of 1 MB, as ${name}’s runtime takes for itself`;
  map.claimAnonymous({ use: 'sanitizer_allocator', certainty: 'likely', of, evidence }, 'data', 0, (row) => {
    return map.size(row) === BLOCK_PAGES && map.start(row) % BLOCK_PAGES === 0 && map.lacks(row, SHADOW) && !(map.isJoined(row) && map.isClosed(row + 1));
  });
}

/** The rows of its shadow, and of the gap where one is closed; empty if they do not lie exactly where ASan puts them. */
function asanShadow(map: UseMap): readonly number[] {
  const rows = ASAN.slice(0, 3).map((page) => map.rowAt(page));
  const [low = -1, gap = -1, high = -1] = rows;
  const isExact = (row: number, part: number): boolean => row >= 0 && map.start(row) === ASAN[part] && map.end(row) === ASAN[part + 1];
  if (!isExact(low, 0) || !isExact(high, 2) || !map.isData(low) || !map.isData(high)) return [];
  return isExact(gap, 1) && map.isClosed(gap) ? [low, gap, high] : [low, high];
}

function ofAsan(map: UseMap, rows: readonly number[]): void {
  const evidence = 'it begins and ends exactly where ASan keeps its shadow on x86-64: 7fff7000 to 8fff7000, and 2008fff7000 to 10007fff8000';
  const of = (row: number): string => (map.isClosed(row) ? 'ASan shadow gap' : 'ASan shadow');
  map.claimRows({ use: 'shadow', certainty: 'seen', of, evidence }, rows);
  for (const page of ASAN_HEAPS) {
    const first = map.rowAt(page);
    if (first < 0 || map.start(first) !== page) continue;
    let last = first;
    while (map.isJoined(last) && isHeapPart(map, last + 1)) last++;
    const pages = map.end(last) - page;
    if (pages < ASAN_HEAP_PAGES || !isHeapPart(map, first)) continue;
    const why = `it lies in the ${formatPages(pages)} from ${(page * 4096).toString(16)} on, which ASan’s allocator reserves, and ASan’s shadow is mapped`;
    map.claimRows({ use: 'sanitizer_allocator', certainty: 'seen', of: 'ASan', evidence: why }, map.range(first, last));
  }
}

function isHeapPart(map: UseMap, row: number): boolean {
  return map.isData(row) || map.isClosed(row);
}

/** The other sanitizers are known by their library, or by shadow at the places that all versions have in common. */
function byFlags(map: UseMap): 'TSan' | 'MSan' | null {
  if (map.program(/^libtsan\.so/) !== null || isShadowAt(map, TSAN_META[0], TSAN_META[1])) return 'TSan';
  return MSAN_SHADOWS.every((page) => isShadowAt(map, page)) ? 'MSan' : null;
}

function isShadowAt(map: UseMap, start: number, end?: number): boolean {
  const row = map.rowAt(start);
  return row >= 0 && map.start(row) === start && (end === undefined || map.end(row) === end) && map.isData(row) && map.has(row, SHADOW);
}

/** Layouts differ by version: flags tell shadow and metadata from the rest, but not from each other. */
function ofOther(map: UseMap, name: string): void {
  const of = `${name} shadow or metadata`;
  map.claimAnonymous({ use: 'shadow', certainty: 'seen', of, evidence: `it has the flags nr, dd and nh, and the program runs under ${name}` }, 'data', SHADOW);
  map.claimAnonymous(
    { use: 'shadow', certainty: 'likely', of, evidence: `it has the flags nr and nh, and the program runs under ${name}` },
    'data',
    Flag.nr | Flag.nh,
  );
  const isReserve = (row: number): boolean => map.isClosed(row) && map.has(row, Flag.nr) && map.size(row) >= MIN_CLOSED_PAGES && map.end(row) <= HEAPS_END;
  const besideReserve = (row: number): boolean => (map.isJoined(row - 1) && isReserve(row - 1)) || (map.isJoined(row) && isReserve(row + 1));
  const isInHeaps = (row: number): boolean => map.start(row) >= HEAPS_START && map.end(row) <= HEAPS_END;
  const evidence = `it lies below where mmap() maps, beside what ${name} closed for its allocator`;
  map.claimAnonymous({ use: 'sanitizer_allocator', certainty: 'seen', of: name, evidence }, 'any', 0, (row) => {
    return isInHeaps(row) && (isReserve(row) || (map.isData(row) && map.lacks(row, Flag.nr) && besideReserve(row)));
  });
  const closed = (row: number): string => `its ${formatPages(map.size(row))} without access have the flag nr, and the program runs under ${name}`;
  map.claimAnonymous({ use: 'shadow', certainty: 'seen', of: `${name} gap`, evidence: closed }, 'closed', Flag.nr, isReserve);
}
