/** Redaction of a picture: hides real addresses. Used wherever texts are made. */
export interface Veil {
  /** The text for an address: an offset from the start of the surrounding intervals without a gap; '' for none. */
  readonly addressText: (page: number, byte: number) => string;
  /** True for an interval whose size would reveal a distance. */
  readonly hidesSize: (interval: number) => boolean;
}
