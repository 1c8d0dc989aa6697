import { formatPages } from '../../units.ts';
import { Flag } from '../flag-bits.ts';
import type { UseMap } from '../use-map.ts';

/** Chromium, and what is built of it. */
const PROGRAMS = /^(chrom(e|ium)|electron|msedge|brave|vivaldi(-bin)?|opera|code|libcef\.so|libQt[56]WebEngineCore\.so.*|QtWebEngineProcess)$/;
/** V8's sandbox takes 1 TiB and guards around it; each guard is at least this large. */
const MIN_GUARD_PAGES = 8 * 2 ** 18;
const [MIN_SANDBOX_PAGES, MAX_SANDBOX_PAGES] = [2 ** 28, 2 ** 29];
/** Pools of PartitionAlloc are multiples of 16 GiB, at such multiples. */
const POOL_PAGES = 2 ** 22;
/** Its unit is 2 MiB: a closed page or two, a page of metadata, a closed page, then what it hands out. */
const SUPER_PAGES = 512;
const METADATA_PAGE = 2;

/** Patterns of Chromium's memory, for which there is no statement of its own to compare with. */
export function chromium(map: UseMap): void {
  if (map.program(PROGRAMS) === null) return;
  sandbox(map);
  for (let first = 0; first < map.length; first++) {
    if (!isPart(map, first)) continue;
    let last = first;
    while (map.isJoined(last) && isPart(map, last + 1)) last++;
    if (isPool(map, first, last)) {
      const size = formatPages(map.end(last) - map.start(first));
      const evidence = `it lies in a run of ${size} at a multiple of 16 GB, with pages of metadata where PartitionAlloc keeps them in each 2 MB`;
      map.claimRows({ use: 'allocator', certainty: 'likely', of: 'PartitionAlloc', evidence }, map.range(first, last));
    }
    first = last;
  }
}

function isPart(map: UseMap, row: number): boolean {
  return map.isFree(row) && (map.isData(row) || map.isClosed(row));
}

function isPool(map: UseMap, first: number, last: number): boolean {
  if (map.start(first) % POOL_PAGES !== 0 || map.end(last) % POOL_PAGES !== 0) return false;
  return map.range(first + 1, last - 1).some((row) => {
    const isMetadata = map.isData(row) && map.size(row) === 1 && map.start(row) % SUPER_PAGES === METADATA_PAGE;
    return isMetadata && map.isClosed(row - 1) && map.isClosed(row + 1);
  });
}

/** All between two huge closed mappings that are left out of cores, 1 to 2 TiB in all. */
function sandbox(map: UseMap): void {
  const isGuard = (row: number): boolean => map.size(row) >= MIN_GUARD_PAGES && map.has(row, Flag.nr | Flag.dd);
  const guards: number[] = [];
  for (const row of map.free('closed')) if (isGuard(row)) guards.push(row);
  const [first, last] = [guards.at(0), guards.at(-1)];
  if (first === undefined || last === undefined) return;
  const pages = map.end(last) - map.start(first);
  if (pages < MIN_SANDBOX_PAGES || pages > MAX_SANDBOX_PAGES) return;
  const evidence = `it lies in ${formatPages(pages)} between reserves with the flags nr and dd, as V8’s sandbox does`;
  map.claimEach({ use: 'gc_heap', certainty: 'likely', of: 'V8 sandbox', evidence }, (row) => {
    return row >= first && row <= last && map.isAnonymous(row) && map.has(row, Flag.nr);
  });
}
