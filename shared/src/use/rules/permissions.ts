import { formatPages } from '../../units.ts';
import { Flag } from '../flag-bits.ts';
import type { UseMap } from '../use-map.ts';

/** 64 KiB: no larger guard is known. */
const MAX_GUARD_PAGES = 16;

/** What permissions and single flags tell of memory that no other rule knows. */
export function permissions(map: UseMap): void {
  const huge = 'it has the flag ht: pages of hugetlbfs';
  map.claimAnonymous({ use: 'huge_pages', certainty: 'told', of: '', evidence: huge }, 'any', Flag.ht);
  const size = (row: number): string => formatPages(map.size(row));
  const beside = (row: number): string => `its ${size(row)} have no access, and lie beside memory that has`;
  map.claimAnonymous({ use: 'guard', certainty: 'seen', of: '', evidence: beside }, 'closed', 0, (row) => {
    return map.size(row) <= MAX_GUARD_PAGES && (map.isJoined(row) || map.isJoined(row - 1));
  });
  map.claimAnonymous({ use: 'reserve', certainty: 'seen', of: '', evidence: (row) => `its ${size(row)} have no access` }, 'closed', 0);
}
