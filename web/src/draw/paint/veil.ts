/** What a picture does not tell: where things really are. Asked by whoever words it. */
export interface Veil {
  /** How a place is told: an offset from the beginning of what lies around it without a gap; '' for nothing. */
  readonly addressText: (page: number, byte: number) => string;
  /** True for an interval whose size would give away how far things are apart. */
  readonly hidesSize: (interval: number) => boolean;
}
