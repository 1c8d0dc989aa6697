/** Two hundred bytes and more, so that a range of it is less than the whole. */
export const LETTERS = 'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz';
export const DIGITS = '01234567890123456789012345678901234567890123456789';
