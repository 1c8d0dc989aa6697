/** Permission bits of a mapping, in one byte of a column. */
export const PERM_READ = 1;
export const PERM_WRITE = 2;
export const PERM_EXEC = 4;
export const PERM_SHARED = 8;

/** `rwx` with `-` for missing ones, as ls(1) and maps print it. */
export function permsText(perms: number): string {
  return (perms & PERM_READ ? 'r' : '-') + (perms & PERM_WRITE ? 'w' : '-') + (perms & PERM_EXEC ? 'x' : '-');
}

/** `s` for a shared mapping, `p` for a private (copy on write) one. */
export function typeText(perms: number): 's' | 'p' {
  return perms & PERM_SHARED ? 's' : 'p';
}

/** Writable and executable at once: the first thing an attacker looks for. */
export function isWriteExec(perms: number): boolean {
  return (perms & (PERM_WRITE | PERM_EXEC)) === (PERM_WRITE | PERM_EXEC);
}

/** No access at all (`---`): a guard or a reservation. */
export function isNoAccess(perms: number): boolean {
  return (perms & (PERM_READ | PERM_WRITE | PERM_EXEC)) === 0;
}
