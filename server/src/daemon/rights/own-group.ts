import { readFileSync } from 'node:fs';

/**
 * The primary group of a user, when nobody but he and root is in it: what it can write is then as good as his. null: there are others, or it cannot
 * be told, because the user or the group is not in these files or a part of them comes from elsewhere (NIS).
 */
export function ownGroup(uid: number): number | null {
  try {
    return ownGroupIn(readFileSync('/etc/passwd', 'utf8'), readFileSync('/etc/group', 'utf8'), uid);
  } catch {
    return null;
  }
}

/** The same of the text of passwd(5) and group(5). */
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

/** Fields of each line; null when lines of another source are mixed in. */
function fieldsOf(text: string): string[][] | null {
  const lines = text.split('\n');
  return lines.some((line) => /^[+-]/.test(line)) ? null : lines.map((line) => line.split(':'));
}
