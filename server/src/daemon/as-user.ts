/** Does it with no more right to files than that user has: in his folders root would follow wherever he leads. Throws what it throws. */
export function asUser<T>(uid: number, what: () => T): T {
  const own = process.geteuid?.() ?? uid;
  if (own !== uid) process.seteuid?.(uid);
  try {
    return what();
  } finally {
    if (own !== uid) process.seteuid?.(own);
  }
}
