/** What Docker and Podman leave to a container's root. */
export const CONTAINER_CAPABILITIES = [
  ...['chown', 'dac_override', 'fowner', 'fsetid', 'kill', 'setgid', 'setuid', 'setpcap', 'net_bind_service', 'net_raw', 'sys_chroot'],
  ...['mknod', 'audit_write', 'setfcap'],
];

/** What makes a command run with these capabilities and no others, as a container's root. */
export function withCapabilities(names: readonly string[]): string[] {
  return ['setpriv', `--bounding-set=${['-all', ...names.map((name) => `+${name}`)].join(',')}`, '--inh-caps=-all', '--ambient-caps=-all'];
}

/** What makes a command run in a user namespace that has just one user, who is root there. */
export const ONE_USER = ['unshare', '--user', '--map-root-user'];

/** What makes a command the first process of a container, in namespaces of its own. It gets a SIGTERM when this is killed. */
export const OWN_NAMESPACES = ['unshare', '--pid', '--fork', '--kill-child=TERM', '--mount-proc', '--uts', '--ipc'];

/** What gives a command a child, of its own rights, that ends with it. */
export const WITH_CHILD = ['sh', '-c', 'setpriv --pdeathsig=KILL sleep 1000 & exec "$@"', 'sh'];
