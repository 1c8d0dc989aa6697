/** The first descriptor that systemd passes (sd_listen_fds(3)). */
const FIRST_FD = 3;

/**
 * Descriptors of the sockets on which systemd listens for this service, by their FileDescriptorName=. Empty if it was
 * not socket-activated.
 */
export function inheritedSockets(env: NodeJS.ProcessEnv, pid: number): ReadonlyMap<string, readonly number[]> {
  const sockets = new Map<string, number[]>();
  if (env['LISTEN_PID'] !== String(pid)) return sockets;
  const count = /^[0-9]{1,3}$/.test(env['LISTEN_FDS'] ?? '') ? Number(env['LISTEN_FDS']) : 0;
  const names = (env['LISTEN_FDNAMES'] ?? '').split(':');
  for (let i = 0; i < count; i++) {
    const name = names[i] ?? 'unknown';
    sockets.set(name, [...(sockets.get(name) ?? []), FIRST_FD + i]);
  }
  return sockets;
}
