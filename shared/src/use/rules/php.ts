import { formatPages } from '../../units.ts';
import { Flag } from '../flag-bits.ts';
import type { UseMap } from '../use-map.ts';

/** PHP's memory manager takes chunks of 2 MiB, aligned to their size; what is larger begins at such a place. */
const CHUNK_PAGES = 512;
const SHARED = /^\/(dev\/zero|anon_hugepage)/;
/** Flags of others. */
const UNLIKE = Flag.nr | Flag.nh | Flag.dd | Flag.dc;

/** PHP, by itself or in a web server. */
export function php(map: UseMap): void {
  if (map.program(/^(php[0-9.]*|php-(cgi|fpm|cli)[0-9.]*|php-fpm[0-9.]*|libphp[0-9.]*\.so.*)$/) === null) return;
  const of = 'Zend memory manager';
  const size = (row: number): string => `it is ${formatPages(map.size(row))} from a multiple of 2 MB on, as PHP’s memory manager takes it`;
  map.claimAnonymous({ use: 'allocator', certainty: 'likely', of, evidence: size }, 'data', 0, (row) => {
    return map.start(row) % CHUNK_PAGES === 0 && map.size(row) >= CHUNK_PAGES && map.lacks(row, UNLIKE);
  });
  const joined = 'it begins at a multiple of 2 MB, and is as large as what PHP’s memory manager takes';
  map.claimRests({ use: 'allocator', certainty: 'likely', of, evidence: joined }, (row, { start, end }) => {
    return start % CHUNK_PAGES === 0 && end - start >= CHUNK_PAGES && map.lacks(row, UNLIKE);
  });
  opcache(map);
}

/**
 * The segment that all processes of PHP share, and its part with code. Extensions share memory as well (Swoole does):
 * of several objects, only the one with code is known to be opcache's.
 */
function opcache(map: UseMap): void {
  if (map.program(/^opcache\.so$/) === null) return;
  const { inodeLow, name } = map.table;
  const isShared = (row: number): boolean => !map.isAnonymous(row) && !map.isFile(row) && name[row] !== 0 && SHARED.test(map.name(row));
  const rows = map.range(0, map.length - 1).filter(isShared);
  const all = new Set(rows.map((row) => inodeLow[row]));
  const withCode = new Set(rows.filter((row) => map.isExecutable(row)).map((row) => inodeLow[row]));
  const known = withCode.size > 0 || all.size > 1 ? withCode : all;
  const evidence = (row: number): string => `it is ${formatPages(map.size(row))} of ${map.name(row)}, shared by the processes of PHP, and opcache.so is mapped`;
  for (const row of rows) {
    const use = map.isExecutable(row) ? 'jit_code' : 'opcode_cache';
    if (known.has(inodeLow[row])) map.claim({ use, certainty: 'seen', of: 'PHP opcache', evidence }, row);
  }
}
