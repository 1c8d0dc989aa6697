import { alignNames, diff } from '../diff.ts';
import type { MapMeta } from '../frame.ts';
import type { MappingTable } from '../region.ts';
import { nameCount } from '../text/names.ts';
import type { Version } from './recorder.ts';

/** Unused names are kept up to this number, plus as many as are in use. */
const MAX_UNUSED_NAMES = 256;

/** Makes versions of maps of one process, as they are read: the names of each continue those of the one before. */
export class MapChain {
  #last: MappingTable | null = null;

  next(meta: MapMeta, table: MappingTable): Version {
    const last = this.#last;
    if (last === null || nameCount(last.names) > 2 * nameCount(table.names) + MAX_UNUSED_NAMES) {
      this.#last = table;
      return { meta, table, deltaFrom: () => null };
    }
    const aligned = alignNames(last.names, table);
    this.#last = aligned;
    return { meta, table: aligned, deltaFrom: (before) => (before === last ? diff(last, aligned) : null) };
  }
}
