import { Kind } from '../../kind.ts';
import { formatPages } from '../../units.ts';
import type { UseMap } from '../use-map.ts';

/** Smaller shared memory is for locks of its start. */
const MIN_PAGES = 256;

/** The shared memory of PostgreSQL: buffers, and its locks and lists beside them. */
export function databases(map: UseMap): void {
  if (map.program(/^postgres$/) === null) return;
  const of = 'PostgreSQL';
  const evidence = (row: number): string => `it is ${formatPages(map.size(row))} of ${map.name(row)}, which all processes of PostgreSQL map at the same place`;
  // It makes one such object; what else is shared is of an extension.
  let largest = -1;
  for (let row = 0; row < map.length; row++) if (isShared(map, row) && map.size(row) > map.size(largest)) largest = row;
  if (largest >= 0) map.claim({ use: 'shared_buffers', certainty: 'seen', of, evidence }, largest);
  const segment = (row: number): string => `PostgreSQL names ${map.name(row)}`;
  map.claimEach({ use: 'shared_memory', certainty: 'told', of, evidence: segment }, (row) => {
    return map.table.kind[row] === Kind.shmem && /^\/dev\/shm\/PostgreSQL\.[0-9]+( \(deleted\))?$/.test(map.name(row));
  });
}

function isShared(map: UseMap, row: number): boolean {
  if (map.size(row) < MIN_PAGES || map.isFile(row) || map.isAnonymous(row) || map.isExecutable(row)) return false;
  return /^\/(dev\/zero|anon_hugepage|SYSV[0-9a-f]{8}|memfd:PostgreSQL)/.test(map.name(row));
}
