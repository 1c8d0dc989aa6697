import { alignNames, diff } from '../diff.ts';
import type { MapMeta } from '../frame.ts';
import type { MappingTable } from '../region.ts';
import { startsNamesAnew } from '../text/names.ts';
import type { Version } from './recorder.ts';

/** Makes versions of maps of one process, as they are read: the names of each continue those of the one before. */
export class MapChain {
  #last: MappingTable | null = null;

  next(meta: MapMeta, table: MappingTable): Version {
    const last = this.#last;
    if (last === null || startsNamesAnew(last.names, table.names)) {
      this.#last = table;
      return { meta, table, deltaFrom: () => null };
    }
    const aligned = alignNames(last.names, table);
    this.#last = aligned;
    return { meta, table: aligned, deltaFrom: (before) => (before === last ? diff(last, aligned) : null) };
  }
}
