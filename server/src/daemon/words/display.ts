import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * True if a display server is visible by its sockets: X11, or Wayland of a user whose folder may be read. `root`: of
 * the file system.
 */
export function hasDisplay(root = '/'): boolean {
  if (namesIn(join(root, 'tmp', '.X11-unix')).some((name) => /^X[0-9]+$/.test(name))) return true;
  const users = join(root, 'run', 'user');
  return namesIn(users).some((uid) => namesIn(join(users, uid)).some((name) => /^wayland-[0-9]+$/.test(name)));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
