/** Capabilities that Docker and Podman leave to a container's root. */
export const CONTAINER_CAPABILITIES = [
  ...['chown', 'dac_override', 'fowner', 'fsetid', 'kill', 'setgid', 'setuid', 'setpcap', 'net_bind_service', 'net_raw', 'sys_chroot'],
  ...['mknod', 'audit_write', 'setfcap'],
];

/** Command prefix: run with exactly these capabilities, like a container's root. */
export function withCapabilities(names: readonly string[]): string[] {
  return ['setpriv', `--bounding-set=${['-all', ...names.map((name) => `+${name}`)].join(',')}`, '--inh-caps=-all', '--ambient-caps=-all'];
}

/** Command prefix: run in a user namespace with a single user, who is root there. */
export const ONE_USER = ['unshare', '--user', '--map-root-user'];

/**
 * Command prefix: run as the first process of a container, in its own namespaces. Gets SIGTERM when this process is
 * killed.
 */
export const OWN_NAMESPACES = ['unshare', '--pid', '--fork', '--kill-child=TERM', '--mount-proc', '--uts', '--ipc'];

/** Command prefix: give the command a child with its own rights that ends with it. */
export const WITH_CHILD = ['sh', '-c', 'setpriv --pdeathsig=KILL sleep 1000 & exec "$@"', 'sh'];
