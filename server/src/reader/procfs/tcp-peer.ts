import { closeSync, openSync, readSync } from 'node:fs';
import { isIPv4, isIPv6 } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { TcpConnection, TcpEnd } from '../protocol/tcp-connection.ts';

/** The network of this process, whatever PROCMAP_PROC shows: its connections are there. */
const TABLES = ['/proc/self/net/tcp', '/proc/self/net/tcp6'] as const;
const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
/** Longest time without letting other work of the reader run. */
const YIELD_MS = 10;
/** Room for a row's number and both addresses, also for IPv6. */
const MAX_ENDS_BYTES = 100;

/**
 * Finds the users at the other ends of connections on this machine: for each, the uid of the socket at `peer` that is
 * connected to `own` (proc_net_tcp in the kernel's documentation). null: no such socket, for example if the peer is on
 * another machine; a row may also be missed while others come and go. Reads the table once for all, in pieces: many
 * open connections make it long, which must not delay other work. Rejects with the system's error.
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
    // A chunk may end within a line; the rest comes with the next chunk.
    let yielded = performance.now();
    for (let rest = 0; missing.size > 0;) {
      const count = readSync(file, buffer, rest, CHUNK_BYTES - rest, null);
      const chunk = buffer.subarray(0, rest + count);
      let begin = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, begin)) {
        const ends = endsOf(chunk.toString('latin1', begin, Math.min(end, begin + MAX_ENDS_BYTES)));
        const uid = missing.has(ends) ? uidOfRow(chunk.toString('latin1', begin, end)) : null;
        // A closed socket may still be listed beside the one that now has the same addresses.
        if (uid !== null) {
          missing.delete(ends);
          uids.set(ends, uid);
        }
        begin = end + 1;
      }
      rest = chunk.length - begin;
      // No line fills the whole buffer.
      if (count === 0 || rest === CHUNK_BYTES) break;
      buffer.copyWithin(0, begin, chunk.length);
      // The kernel returns one page per read.
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

/** A kernel without IPv6 does not have that table. */
function openTable(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (path.endsWith('6') && error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Both addresses in a line of the table, in the form of {@link rowOf}. A line without them gives some other text. */
export function endsOf(line: string): string {
  const begin = line.indexOf(': ') + 2;
  return line.slice(begin, line.indexOf(' ', line.indexOf(' ', begin) + 1));
}

/**
 * The uid in a line of the table, or null. A socket that its program has closed (inode 0) has no user, though the
 * kernel reports root.
 */
export function uidOfRow(line: string): number | null {
  const [, , , , , , , uid, , inode] = line.trim().split(/\s+/);
  if (uid === undefined || inode === undefined || inode === '0') return null;
  return /^[0-9]{1,10}$/.test(uid) ? Number(uid) : null;
}

/**
 * Both addresses as the table for IPv4, or for IPv6, writes them in the row of `peer`; null: an address is of the other
 * kind.
 */
export function rowOf(isV6: boolean, own: TcpEnd, peer: TcpEnd): string | null {
  const [local, remote] = [endOf(isV6, peer), endOf(isV6, own)];
  return local === null || remote === null ? null : `${local} ${remote}`;
}

function endOf(isV6: boolean, { address, port }: TcpEnd): string | null {
  const bytes = isV6 ? bytesOfV6(address) : bytesOfV4(address);
  if (bytes === null) return null;
  // Each word of four bytes is printed as a number of this machine, which is little endian.
  const words = Array.from({ length: bytes.length / 4 }, (_, word) =>
    bytes
      .readUInt32LE(word * 4)
      .toString(16)
      .padStart(8, '0'),
  );
  return `${words.join('')}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}

const MAPPED = /^::ffff:(?=[0-9.]+$)/i;

/** An IPv4 address, also in the form that an IPv6 socket reports. */
function bytesOfV4(address: string): Buffer | null {
  const bare = address.replace(MAPPED, '');
  return isIPv4(bare) ? Buffer.from(bare.split('.').map(Number)) : null;
}

function bytesOfV6(address: string): Buffer | null {
  const v4 = bytesOfV4(address);
  if (v4 !== null) return Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]), v4]);
  // A link-local address has the name of its link appended: fe80::1%eth0.
  const bare = address.replace(/%.*$/, '');
  if (!isIPv6(bare) || bare.includes('.')) return null;
  const [head = [], tail] = bare.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const groups = tail === undefined ? head : head.concat(Array<string>(8 - head.length - tail.length).fill('0'), tail);
  const bytes = Buffer.alloc(16);
  groups.forEach((group, at) => bytes.writeUInt16BE(Number.parseInt(group, 16), at * 2));
  return bytes;
}
