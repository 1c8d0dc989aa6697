/** Writes little-endian numbers and bytes one after the other. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #at = 0;

  /** `size`: bytes that are expected; more are made room for. */
  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
  }

  u32(value: number): void {
    this.#grow(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  f64(value: number): void {
    this.#grow(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  bytes(bytes: Uint8Array): void {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** The numbers of an array, as they lie in memory: procmap runs on little-endian machines only. */
  array(array: Float64Array | Uint32Array | Uint8Array): void {
    this.bytes(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }

  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#at);
  }

  #grow(by: number): void {
    if (this.#at + by <= this.#bytes.length) return;
    const more = new Uint8Array(Math.max(this.#at + by, 2 * this.#bytes.length));
    more.set(this.#bytes);
    this.#bytes = more;
    this.#view = new DataView(more.buffer);
  }
}

type ArrayOf = Float64ArrayConstructor | Uint32ArrayConstructor | Uint8ArrayConstructor;

/** Reads what a ByteWriter wrote. Throws RangeError beyond the end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** A view, not a copy. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** A copy, since the bytes may not be aligned. */
  array<A extends ArrayOf>(array: A, length: number): InstanceType<A> {
    const bytes = this.bytes(length * array.BYTES_PER_ELEMENT);
    const made = new array(length);
    new Uint8Array(made.buffer).set(bytes);
    return made as InstanceType<A>;
  }

  #take(length: number): number {
    if (length > this.left) throw new RangeError('it is cut short');
    const at = this.#at;
    this.#at += length;
    return at;
  }
}
