/** Updates per second of a watched process. */
export const MIN_RATE_HZ = 0.1;
export const MAX_RATE_HZ = 10;
export const DEFAULT_RATE_HZ = 1;
