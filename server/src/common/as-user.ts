/** nogroup: owns no files on this machine. */
const NO_GROUP = 65_534;

/**
 * Runs `what` with only the file permissions of this user. As root, it would follow any link in a folder that the user
 * controls, and would keep root's groups. Rethrows whatever `what` throws.
 */
export function asUser<T>(uid: number, what: () => T): T {
  const own = process.geteuid?.() ?? uid;
  if (own === uid) return what();
  const groups = process.getgroups?.() ?? [];
  const group = process.getegid?.() ?? NO_GROUP;
  process.setgroups?.([]);
  process.setegid?.(NO_GROUP);
  process.seteuid?.(uid);
  try {
    return what();
  } finally {
    process.seteuid?.(own);
    process.setegid?.(group);
    process.setgroups?.(groups);
  }
}

/** Becomes this user permanently. */
export function becomeUser(uid: number): void {
  process.setgroups?.([]);
  process.setgid?.(NO_GROUP);
  process.setuid?.(uid);
}
