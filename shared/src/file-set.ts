/**
 * A file of a map is identified by device and inode: a path may lead to different files over time, and a file may have
 * several paths.
 */
const PRIME = 0x01000193;

/** A random start: inodes can be chosen, and must not be chosen so that all have the same hash. */
const SECRET = crypto.getRandomValues(new Int32Array(1))[0] ?? 0;

/**
 * Numbers files in the order they are added: an open-addressing hash without an object per file. `name`: 0, or a number
 * that tells files of one inode apart.
 */
export class FileSet {
  #count = 0;
  #keys = new Uint32Array(4 * 64);
  /** File number plus 1, or 0 for free; a power of two, at most half full. */
  #slots = new Uint32Array(128);

  get size(): number {
    return this.#count;
  }

  /** The number of that file; a file not seen before gets the next one. */
  add(device: number, inodeLow: number, inodeHigh: number, name: number): number {
    const slot = this.#slotOf(device, inodeLow, inodeHigh, name);
    const known = this.#slots[slot] ?? 0;
    if (known !== 0) return known - 1;
    const number = this.#count++;
    this.#slots[slot] = number + 1;
    if (4 * this.#count > this.#keys.length) {
      const wider = new Uint32Array(this.#keys.length * 2);
      wider.set(this.#keys);
      this.#keys = wider;
    }
    this.#keys.set([device, inodeLow, inodeHigh, name], 4 * number);
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return number;
  }

  has(device: number, inodeLow: number, inodeHigh: number, name: number): boolean {
    return this.#slots[this.#slotOf(device, inodeLow, inodeHigh, name)] !== 0;
  }

  /** The slot where it is, or would be. */
  #slotOf(device: number, inodeLow: number, inodeHigh: number, name: number): number {
    const mask = this.#slots.length - 1;
    let hash = SECRET;
    hash = Math.imul(hash ^ device, PRIME);
    hash = Math.imul(hash ^ (hash >>> 15) ^ inodeLow, PRIME);
    hash = Math.imul(hash ^ (hash >>> 15) ^ inodeHigh, PRIME);
    hash = Math.imul(hash ^ (hash >>> 15) ^ name, PRIME);
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const known = this.#slots[slot] ?? 0;
      if (known === 0) return slot;
      const at = 4 * (known - 1);
      const keys = this.#keys;
      if (keys[at] === device && keys[at + 1] === inodeLow && keys[at + 2] === inodeHigh && keys[at + 3] === name) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #rehash(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let number = 0; number < this.#count; number++) {
      const [device = 0, low = 0, high = 0, name = 0] = this.#keys.subarray(4 * number, 4 * number + 4);
      this.#slots[this.#slotOf(device, low, high, name)] = number + 1;
    }
  }
}
