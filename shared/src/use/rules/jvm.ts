import { Kind } from '../../kind.ts';
import { formatPages } from '../../units.ts';
import { Flag } from '../flag-bits.ts';
import type { UseMap } from '../use-map.ts';
import type { Claim } from '../uses.ts';
import { javaHeap } from './java-heap.ts';
import { javaSize } from './java-options.ts';
import { largeBlock } from './large-blocks.ts';

const MIB_PAGES = 256;
/** The class archive lies at a multiple of 16 MiB, and class space directly behind the next one. */
const ARCHIVE_ALIGN_PAGES = 16 * MIB_PAGES;
const CLASS_SPACE_PAGES = 1024 * MIB_PAGES;
/** Sizes of the code cache that a Java VM chooses by itself: with and without tiered compilation. */
const CODE_CACHE_PAGES = [240 * MIB_PAGES, 48 * MIB_PAGES];
/** The least that a Java VM accepts. */
const MIN_CODE_CACHE_PAGES = 2 * MIB_PAGES;
/** Metaspace grows by chunks of 4 MiB, in blocks of 64 MiB. */
const CHUNK_PAGES = 4 * MIB_PAGES;
const METASPACE_PAGES = 64 * MIB_PAGES;

/** What HotSpot maps for itself. */
export function jvm(map: UseMap): void {
  if (map.program(/^libjvm\.so$/) === null) return;
  zgcHeap(map);
  javaHeap(map);
  archive(map);
  codeCache(map);
  metaspace(map);
}

/** ZGC maps the same memory several times, and keeps addresses behind each. */
function zgcHeap(map: UseMap): void {
  const isHeap = (row: number): boolean => map.table.kind[row] === Kind.shmem && /^\/memfd:java_heap( \(deleted\))?$/.test(map.name(row));
  map.claimEach({ use: 'gc_heap', certainty: 'told', of: 'Java heap', evidence: 'the program calls it java_heap: one of the views of ZGC’s heap' }, isHeap);
  const reserve: Claim = { use: 'gc_heap', certainty: 'seen', of: 'Java heap', evidence: 'it has no access, and follows the heap of ZGC' };
  for (let row = 1; row < map.length; row++) if (map.isClosed(row) && map.isJoined(row - 1) && isHeap(row - 1)) map.claim(reserve, row);
}

/** The class archive (CDS) and class space, which follows it. What the archive keeps of the heap is claimed already. */
function archive(map: UseMap): void {
  for (let row = 0; row < map.length; row++) {
    if (!map.isFree(row) || !map.isFile(row) || !map.baseName(row).endsWith('.jsa')) continue;
    const of = map.baseName(row);
    map.claim({ use: 'cds_archive', certainty: 'told', of, evidence: `it is mapped from ${map.name(row)}` }, row);
    const from = Math.floor(map.start(row) / ARCHIVE_ALIGN_PAGES) * ARCHIVE_ALIGN_PAGES;
    const to = Math.ceil(map.end(row) / ARCHIVE_ALIGN_PAGES) * ARCHIVE_ALIGN_PAGES;
    const around = [row - 1, row + 1].filter((each) => map.isClosed(each) && map.start(each) >= from && map.end(each) <= to);
    map.claimRows({ use: 'cds_archive', certainty: 'seen', of, evidence: `it has no access, and lies in the same 16 MB as ${of}` }, around);
    classSpace(map, to);
  }
}

function classSpace(map: UseMap, start: number): void {
  const size = javaSize(map, 'XX:CompressedClassSpaceSize=') ?? CLASS_SPACE_PAGES;
  const [first, last] = [map.rowAt(start), map.rowAt(start + size - 1)];
  if (first < 0 || last < 0 || map.start(first) !== start || map.end(last) !== start + size || !isRun(map, first, last)) return;
  const evidence = `it lies in a run of exactly ${formatPages(size)} behind the 16 MB of the class archive, where a Java VM keeps class metadata`;
  map.claimRows({ use: 'class_space', certainty: 'seen', of: 'Java class space', evidence }, map.range(first, last));
}

/** Anonymous data or closed memory without a gap. */
function isRun(map: UseMap, first: number, last: number): boolean {
  for (let row = first; row <= last; row++) if (!(map.isData(row) || map.isClosed(row)) || (row < last && !map.isJoined(row))) return false;
  return true;
}

/** Runs of executable and closed memory that begin with what is executable. */
function codeCache(map: UseMap): void {
  const isCode = (row: number): boolean => map.isFree(row) && map.isAnonymous(row) && map.isExecutable(row);
  const sizes = [javaSize(map, 'XX:ReservedCodeCacheSize='), ...CODE_CACHE_PAGES];
  for (const first of map.free('code')) {
    if (!isCode(first)) continue;
    const isExact = (row: number): boolean => sizes.includes(map.end(row) - map.start(first));
    let last = first;
    while (!isExact(last) && map.isJoined(last) && map.isFree(last + 1) && (isCode(last + 1) || map.isClosed(last + 1))) last++;
    const size = map.end(last) - map.start(first);
    if (isExact(last) || size >= MIN_CODE_CACHE_PAGES) {
      const evidence = `it lies in a run of ${isExact(last) ? 'exactly ' : ''}${formatPages(size)} that begins with executable memory, in a Java VM`;
      map.claimRows({ use: 'code_cache', certainty: 'seen', of: 'Java VM', evidence }, map.range(first, last));
    }
  }
}

/**
 * Blocks of 64 MiB that end closed, of chunks of 4 MiB that are writable from their beginning on; closed is what keeps
 * the flag nr. The first part may be joined with other memory below.
 */
function metaspace(map: UseMap): void {
  const isUsed = (row: number): boolean => map.isFree(row) && map.isData(row) && map.hasFlags(row) && map.lacks(row, Flag.nr);
  const isRest = (row: number): boolean => map.isFree(row) && map.isClosed(row) && map.has(row, Flag.nr) && map.end(row) % CHUNK_PAGES === 0;
  for (let row = 0; row + 1 < map.length; row++) {
    if (!isUsed(row) || !map.isJoined(row) || !isRest(row + 1)) continue;
    let last = row + 1;
    while (map.isJoined(last) && map.isJoined(last + 1) && isUsed(last + 1) && map.start(last + 1) % CHUNK_PAGES === 0 && isRest(last + 2)) last += 2;
    const start = map.end(last) - METASPACE_PAGES;
    // One chunk alone may be anything that ends there.
    const hasChunks = last > row + 1;
    if (hasChunks && start % CHUNK_PAGES === 0 && start >= map.start(row) && start < map.end(row)) {
      const evidence = 'it lies in a block of 64 MB whose chunks of 4 MB are writable from their beginning on, as metaspace is';
      const claim: Claim = { use: 'class_space', certainty: 'seen', of: 'Java metaspace', evidence };
      const below = start > map.start(row) ? [{ start: map.start(row), end: start, claim: largeBlock(start - map.start(row), true) }] : [];
      map.divide(row, [...below, { start, end: map.end(row), claim }]);
      map.claimRows(claim, map.range(row + 1, last));
    }
    row = last;
  }
}
