import { isDeepStrictEqual } from 'node:util';
import { SERVE } from '../../options/serve.ts';
import type { ServeOptions } from '../../options.ts';

/** Address of the daemon, and users who may connect. */
const LEFT_OUT = ['port', 'socket', 'peerUids'] as const satisfies readonly (keyof typeof SERVE)[];
type Repeated = Omit<ServeOptions, 'verb' | (typeof LEFT_OUT)[number]>;

/**
 * The options of a daemon as command line words, without defaults, its place on this machine, and the users who may
 * connect (`--peer-uid`).
 */
export function serveWords(options: Repeated): string[] {
  return Object.entries(SERVE).flatMap(([key, option]) => {
    const value = options[key as keyof Repeated];
    if ((LEFT_OUT as readonly string[]).includes(key) || isDeepStrictEqual(value, option.read(undefined))) return [];
    return [value].flat().map((each) => (each === true ? `--${option.name}` : `--${option.name}=${String(each)}`));
  });
}
