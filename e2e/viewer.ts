import { PROTOCOL_VERSION } from '@procmap/shared/frame.ts';
import { StreamClient } from '../server/test/stream-client.ts';
import type { Daemon } from './daemon.ts';

/**
 * A stream of the real daemon that has said hello, opened with the token like a script does. Rejects if it is refused.
 */
export async function openStream(daemon: Daemon): Promise<StreamClient> {
  const headers = { authorization: `Bearer ${daemon.token}` };
  const client = new StreamClient(`${daemon.address.replace('http', 'ws')}/api/stream`, { origin: daemon.address, headers });
  await client.opened;
  client.send({ type: 'hello', protocol: PROTOCOL_VERSION, key: '' });
  await client.message('welcome');
  return client;
}

/** A stream that watches a process and has its map. */
export async function watchProcess(daemon: Daemon, pid: number, rateHz: number): Promise<StreamClient> {
  const client = await openStream(daemon);
  client.send({ type: 'watch', pid, rateHz });
  await client.next('snapshot');
  return client;
}
