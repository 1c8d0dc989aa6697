import { spawnSync } from 'node:child_process';

/**
 * The reason why no user namespace can be made here; null: it can. The kernel refuses it below a changed root
 * (chroot(2)), and machines may forbid it.
 */
export const whyNoUserNamespace: string | null = whyNot();

function whyNot(): string | null {
  const { status, stderr } = spawnSync('unshare', ['--user', 'true'], { encoding: 'utf8' });
  return status === 0 ? null : `no user namespace can be made here: ${stderr.trim()}`;
}
