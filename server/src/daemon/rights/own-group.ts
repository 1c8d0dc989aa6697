import { readFileSync } from 'node:fs';

/**
 * The primary group of a user, if its only members are that user and root: write access for it is then as good as the
 * user's own. null: it has other members, or that is unknown, since the user or group is missing in these files or part
 * of them comes from elsewhere (NIS).
 */
export function ownGroup(uid: number): number | null {
  try {
    return ownGroupIn(readFileSync('/etc/passwd', 'utf8'), readFileSync('/etc/group', 'utf8'), uid);
  } catch {
    return null;
  }
}

/** Like ownGroup(), from the text of passwd(5) and group(5). */
export function ownGroupIn(passwd: string, group: string, uid: number): number | null {
  const users = fieldsOf(passwd);
  const groups = fieldsOf(group);
  if (users === null || groups === null) return null;
  const isHis = (fields: readonly string[]): boolean => fields[2] === String(uid) || fields[2] === '0';
  const primary = users.find((fields) => fields[2] === String(uid))?.[3];
  const entries = groups.filter((fields) => fields[2] === primary);
  if (primary === undefined || !/^[0-9]+$/.test(primary) || entries.length === 0) return null;
  const names = new Set(users.filter(isHis).map(([name]) => name));
  const members = entries.flatMap((fields) => (fields[3] ?? '').split(',').filter((name) => name !== ''));
  const others = users.some((fields) => fields[3] === primary && !isHis(fields)) || members.some((name) => !names.has(name));
  return others ? null : Number(primary);
}

/** Fields of each line; null if lines of another source (NIS) are mixed in. */
function fieldsOf(text: string): string[][] | null {
  const lines = text.split('\n');
  return lines.some((line) => /^[+-]/.test(line)) ? null : lines.map((line) => line.split(':'));
}
