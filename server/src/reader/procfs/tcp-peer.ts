import { closeSync, openSync, readSync } from 'node:fs';
import { isIPv4, isIPv6 } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { TcpConnection, TcpEnd } from '../protocol/tcp-connection.ts';

/** Of this process's own network, whatever PROCMAP_PROC shows: its connections are there. */
const TABLES = ['/proc/self/net/tcp', '/proc/self/net/tcp6'] as const;
const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
/** For so long at most it keeps the reader from anything else. */
const YIELD_MS = 10;
/** Of the number of a row and its two ends, also for IPv6. */
const MAX_ENDS_BYTES = 100;

/**
 * Which users' programs hold the other ends of connections, where those are on this machine: the uid of the socket at `peer` that is connected to `own`
 * (proc_net_tcp in the kernel's documentation), in their order. null: there is none, as of another machine; a row may be missed, too, while others come and go. The table is read once for
 * all of them, a piece at a time: whoever opens connections makes it long, and that is to hold up nothing else. Rejects with the system's error.
 */
export async function tcpPeerUids(connections: readonly TcpConnection[]): Promise<(number | null)[]> {
  const uids = connections.map((): number | null => null);
  for (const path of TABLES) {
    const left = uids.flatMap((uid, i) => (uid === null ? i : []));
    const found = await uidsInTable(
      path,
      connections.filter((_, i) => uids[i] === null),
    );
    for (const [k, i] of left.entries()) uids[i] = found[k] ?? null;
  }
  return uids;
}

async function uidsInTable(path: string, connections: readonly TcpConnection[]): Promise<(number | null)[]> {
  const wanted = connections.map(({ own, peer }) => rowOf(path.endsWith('6'), own, peer));
  const uids = new Map<string | null, number>();
  const missing = new Set(wanted.filter((row) => row !== null));
  const file = missing.size === 0 ? null : openTable(path);
  if (file === null) return wanted.map(() => null);
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    // A chunk may end within a line, whose end comes with the next one.
    let yielded = performance.now();
    for (let rest = 0; missing.size > 0;) {
      const count = readSync(file, buffer, rest, CHUNK_BYTES - rest, null);
      const chunk = buffer.subarray(0, rest + count);
      let begin = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, begin)) {
        const ends = endsOf(chunk.toString('latin1', begin, Math.min(end, begin + MAX_ENDS_BYTES)));
        const uid = missing.has(ends) ? uidOfRow(chunk.toString('latin1', begin, end)) : null;
        // A socket that is closed may still be there beside the one that has its ends now.
        if (uid !== null) {
          missing.delete(ends);
          uids.set(ends, uid);
        }
        begin = end + 1;
      }
      rest = chunk.length - begin;
      // No line is so long as the buffer.
      if (count === 0 || rest === CHUNK_BYTES) break;
      buffer.copyWithin(0, begin, chunk.length);
      // The kernel gives a page of it at a time.
      if (performance.now() - yielded > YIELD_MS) {
        await setImmediate();
        yielded = performance.now();
      }
    }
  } finally {
    closeSync(file);
  }
  return wanted.map((row) => uids.get(row) ?? null);
}

/** A kernel without IPv6 has no table of it. */
function openTable(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (path.endsWith('6') && error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Both ends in a line of the table, as {@link rowOf} writes them; what else there is in its head. */
export function endsOf(line: string): string {
  const begin = line.indexOf(': ') + 2;
  return line.slice(begin, line.indexOf(' ', line.indexOf(' ', begin) + 1));
}

/** The uid in a line of the table, or null. A socket that its program has closed (inode 0) is nobody's, though the kernel says root's. */
export function uidOfRow(line: string): number | null {
  const [, , , , , , , uid, , inode] = line.trim().split(/\s+/);
  if (uid === undefined || inode === undefined || inode === '0') return null;
  return /^[0-9]{1,10}$/.test(uid) ? Number(uid) : null;
}

/** How the table for IPv4, or for IPv6, writes both ends in the row of `peer`; null when one is not an address of its kind. */
export function rowOf(isV6: boolean, own: TcpEnd, peer: TcpEnd): string | null {
  const [local, remote] = [endOf(isV6, peer), endOf(isV6, own)];
  return local === null || remote === null ? null : `${local} ${remote}`;
}

function endOf(isV6: boolean, { address, port }: TcpEnd): string | null {
  const bytes = isV6 ? bytesOfV6(address) : bytesOfV4(address);
  if (bytes === null) return null;
  // Each word of four bytes as a number of this machine, which is little-endian.
  const words = Array.from({ length: bytes.length / 4 }, (_, word) =>
    bytes
      .readUInt32LE(word * 4)
      .toString(16)
      .padStart(8, '0'),
  );
  return `${words.join('')}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}

const MAPPED = /^::ffff:(?=[0-9.]+$)/i;

/** Of an IPv4 address, also one that came over a socket for IPv6. */
function bytesOfV4(address: string): Buffer | null {
  const bare = address.replace(MAPPED, '');
  return isIPv4(bare) ? Buffer.from(bare.split('.').map(Number)) : null;
}

function bytesOfV6(address: string): Buffer | null {
  const v4 = bytesOfV4(address);
  if (v4 !== null) return Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]), v4]);
  // Of a link, with its name: fe80::1%eth0.
  const bare = address.replace(/%.*$/, '');
  if (!isIPv6(bare) || bare.includes('.')) return null;
  const [head = [], tail] = bare.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const groups = tail === undefined ? head : head.concat(Array<string>(8 - head.length - tail.length).fill('0'), tail);
  const bytes = Buffer.alloc(16);
  groups.forEach((group, at) => bytes.writeUInt16BE(Number.parseInt(group, 16), at * 2));
  return bytes;
}
