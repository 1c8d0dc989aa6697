/** Of no group of this machine's files: nogroup. */
const NO_GROUP = 65_534;

/** Does it with no more right to files than that user himself has: in his folders root would follow wherever he leads, and so would root's groups. Throws what it throws. */
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

/** For good. */
export function becomeUser(uid: number): void {
  process.setgroups?.([]);
  process.setgid?.(NO_GROUP);
  process.setuid?.(uid);
}
