import { resolve } from 'node:path';
import { DEFAULT_HOST, DEFAULT_RATE_HZ, DEFAULT_TICK_SHARE } from '../../common/commands.ts';
import type { ServeOptions } from '../../options.ts';

/** The options of a daemon as a command line has them, wherever it is typed; without those that say where it listens on this machine, and whom it answers (`--peer-uid`). */
export function serveWords(options: Omit<ServeOptions, 'verb' | 'port' | 'socket' | 'peerUids'>): string[] {
  const { host, metricsMatch, tokenFile, rateHz, tickPercent, allowHosts, plainOrigin, unsafePath } = options;
  return [
    ...(host === DEFAULT_HOST ? [] : [`--host=${host}`]),
    ...allowHosts.map((name) => `--allow-host=${name}`),
    ...(plainOrigin ? ['--plain-origin'] : []),
    ...metricsMatch.map((name) => `--metrics-match=${name}`),
    ...(tokenFile === null ? [] : [`--token-file=${resolve(tokenFile)}`]),
    ...(String(rateHz) === DEFAULT_RATE_HZ ? [] : [`--rate=${rateHz}`]),
    ...(String(tickPercent) === DEFAULT_TICK_SHARE ? [] : [`--tick-share=${tickPercent}`]),
    ...(unsafePath ? ['--unsafe-path'] : []),
  ];
}
