import { DEFAULT_RATE_HZ, MAX_RATE_HZ, MIN_RATE_HZ } from '@procmap/shared/rate.ts';
import { DEFAULT_HOST, DEFAULT_PORT, DEFAULT_TICK_PERCENT } from '../common/defaults.ts';
import { usageFault } from '../common/fault.ts';
import { flag, optional, repeatable, type Values, withDefault } from './option.ts';
import { parseFile, parseHost, parseHostName, parseMatch, parsePeers, parsePort, parseRate, parseTickShare } from './values.ts';

/** Options of `procmap serve`. */
export const SERVE = {
  port: withDefault(
    { name: 'port', value: 'N', summary: 'port to listen on', detail: '0: any free port', manual: 'With --socket: the port that the link names.' },
    String(DEFAULT_PORT),
    parsePort,
  ),
  host: withDefault(
    { name: 'host', value: 'ADDRESS', summary: 'IP address to listen on, or localhost', completion: [DEFAULT_HOST, '::1', 'localhost'] },
    DEFAULT_HOST,
    parseHost,
  ),
  /** Absolute path. */
  socket: optional(
    {
      name: 'socket',
      value: 'PATH',
      summary: 'listen on this Unix socket instead of a port',
      detail: 'only one user can open it (mode 0600)',
      manual: 'That user is the one given by --peer-uid. The link names the port that you forward to the socket: `ssh -L 8642:PATH host`.',
      completion: 'files',
    },
    (text) => parseFile('socket', text),
  ),
  peerUids: repeatable(
    {
      name: 'peer-uid',
      value: 'UID',
      summary: 'accept connections from this user instead',
      detail: 'root is always accepted; any: every user; repeatable',
      defaultWords: 'whoever ran sudo, or you',
      manual: 'All other users are refused, even with a valid link: the kernel tells procmap which user each connection comes from.',
      completion: ['any'],
    },
    parsePeers,
  ),
  allowHosts: repeatable(
    { name: 'allow-host', value: 'NAME', summary: 'also answer requests for this host name', detail: 'repeatable', completion: 'hosts' },
    (texts): readonly string[] => texts.map(parseHostName),
  ),
  plainOrigin: flag({
    name: 'plain-origin',
    summary: 'serve the page at 127.0.0.1, not at a new name at each start',
    detail: 'Safari needs this',
    manual: 'Data that another program left in the browser while it used this port can then read links of procmap. The page says so.',
  }),
  metricsMatch: repeatable(
    {
      name: 'metrics-match',
      value: 'NAME',
      summary: 'export metrics of processes with this name at /metrics',
      detail: '* stands for any characters; repeatable',
      manual:
        'The metrics are for Prometheus, which needs the token of --token-file. A name is one that `ps -o comm` prints. At most 64 processes are exported: those with the lowest process ids.',
    },
    (texts): readonly string[] => texts.map(parseMatch),
  ),
  /** Absolute path. */
  tokenFile: optional(
    {
      name: 'token-file',
      value: 'FILE',
      summary: 'write an access token for scripts to this file (mode 0600)',
      manual: 'Scripts send it as `Authorization: Bearer TOKEN`.',
      completion: 'files',
    },
    (text) => parseFile('token-file', text),
  ),
  rateHz: withDefault(
    { name: 'rate', value: 'HZ', summary: 'updates per second until a viewer chooses', detail: `${MIN_RATE_HZ} to ${MAX_RATE_HZ}` },
    String(DEFAULT_RATE_HZ),
    parseRate,
  ),
  /** Share of one CPU core. */
  tickPercent: withDefault(
    {
      name: 'tick-share',
      value: 'PERCENT',
      summary: 'share of a CPU core that watching one process may use',
      manual: 'A process that would need more is updated less often, and the page says so.',
    },
    String(DEFAULT_TICK_PERCENT),
    parseTickShare,
  ),
  unsafePath: flag({
    name: 'unsafe-path',
    summary: 'run as root even if other users can write to its folder',
  }),
};

export interface ServeOptions extends Values<typeof SERVE> {
  readonly verb: 'serve';
}

export function checkServe(values: Values<typeof SERVE>): ServeOptions {
  const { socket, port, peerUids } = values;
  // 0 takes any free port, which a socket with a name of its own does not need.
  if (socket !== null) parsePort(String(port), 1);
  if (socket !== null && (peerUids === 'any' || (peerUids.length > 1 && peerUids !== 'own')))
    throw usageFault('a --socket belongs to one user: --peer-uid=UID');
  return { verb: 'serve', ...values };
}
