import type { Names } from '@procmap/shared/text/names.ts';

/**
 * FNV-1a over the whole name, from a secret start: processes choose their names, and could otherwise choose 65,530 with
 * the same hash.
 */
const FNV_PRIME = 0x01000193;
const SECRET = crypto.getRandomValues(new Int32Array(1))[0] ?? 0;

/**
 * The distinct names of a maps text, as positions in that text. An open-addressing hash table, without a string or an
 * object per name. Index 0 is the empty name. Add names in text order; copy() makes them independent of the text.
 */
export class NameTable {
  readonly #text: Uint8Array;
  #count = 1;
  #from = new Uint32Array(64);
  #to = new Uint32Array(64);
  #hash = new Uint32Array(64);
  /** Index of a name, or 0 for a free slot. The size is a power of two, at most half full. */
  #slots = new Uint32Array(128);

  constructor(text: Uint8Array) {
    this.#text = text;
  }

  get count(): number {
    return this.#count;
  }

  /** Index of the name text[from, to), which must not be empty. */
  intern(from: number, to: number): number {
    const text = this.#text;
    let hash = SECRET;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ (text[i] ?? 0), FNV_PRIME);
    hash = (hash ^ (hash >>> 15)) >>> 0;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const index = this.#slots[slot] ?? 0;
      if (index === 0) return this.#add(slot, hash, from, to);
      if (this.#hash[index] === hash && this.#equals(index, from, to)) return index;
      slot = (slot + 1) & mask;
    }
  }

  #equals(index: number, from: number, to: number): boolean {
    const start = this.#from[index] ?? 0;
    if ((this.#to[index] ?? 0) - start !== to - from) return false;
    const text = this.#text;
    for (let i = from, j = start; i < to; i++, j++) if (text[i] !== text[j]) return false;
    return true;
  }

  #add(slot: number, hash: number, from: number, to: number): number {
    const index = this.#count++;
    if (index === this.#from.length) this.#grow();
    this.#from[index] = from;
    this.#to[index] = to;
    this.#hash[index] = hash;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    else this.#slots[slot] = index;
    return index;
  }

  #grow(): void {
    const wider = (array: Uint32Array<ArrayBuffer>, old: Uint32Array): Uint32Array<ArrayBuffer> => {
      array.set(old);
      return array;
    };
    const room = this.#from.length * 2;
    this.#from = wider(new Uint32Array(room), this.#from);
    this.#to = wider(new Uint32Array(room), this.#to);
    this.#hash = wider(new Uint32Array(room), this.#hash);
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let index = 1; index < this.#count; index++) {
      let slot = (this.#hash[index] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index;
    }
    this.#slots = slots;
  }

  /** The names with their own bytes. */
  copy(): Names {
    const ends = new Uint32Array(this.#count + 1);
    for (let i = 1; i < this.#count; i++) ends[i + 1] = (ends[i] ?? 0) + (this.#to[i] ?? 0) - (this.#from[i] ?? 0);
    const bytes = new Uint8Array(ends[this.#count] ?? 0);
    for (let i = 1; i < this.#count; i++) bytes.set(this.#text.subarray(this.#from[i], this.#to[i]), ends[i]);
    return { bytes, ends };
  }
}
