import type { MappingTable } from '@procmap/shared/region.ts';

/** The map of a look, made at the first question. */
export class LookedUpMap {
  readonly #make: () => MappingTable | null;
  #table: MappingTable | null | undefined;
  tookMs = 0;

  constructor(make: () => MappingTable | null) {
    this.#make = make;
  }

  get table(): MappingTable | null {
    if (this.#table === undefined) {
      const began = performance.now();
      this.#table = this.#make();
      this.tookMs = performance.now() - began;
    }
    return this.#table;
  }
}
