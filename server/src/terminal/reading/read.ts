/** A result, or a sentence about why there is none. */
export type Read<T> = { readonly value: T; readonly why: '' } | { readonly value: null; readonly why: string };
