/** Default values of options. */
export const DEFAULT_PORT = 8642;
export const DEFAULT_HOST = '127.0.0.1';
/** Share of one CPU core that reading one process may use. */
export const DEFAULT_TICK_PERCENT = 10;
