import { procPath, readSmall } from './proc-file.ts';

/** Types of file systems whose files are memory: what is not in memory of them may be in swap space. */
const IN_MEMORY = new Set(['tmpfs', 'devtmpfs', 'ramfs', 'hugetlbfs']);
const MINOR_BITS = 20;
/** A process may see 100,000 mounts. */
const MOST_BYTES = 1024 * 1024;

/** Devices (`major << 20 | minor`) of file systems that this process sees and that lie elsewhere than in memory, from mountinfo (proc_pid_mountinfo(5)); empty where that cannot be read. */
export function devicesOnDisk(pid: number): ReadonlySet<number> {
  const devices = new Set<number>();
  try {
    const text = readSmall(procPath(pid, 'mountinfo'), MOST_BYTES).toString('latin1');
    for (const line of text.slice(0, text.lastIndexOf('\n')).split('\n')) {
      const fields = line.split(' ');
      const [major, minor] = (fields[2] ?? '').split(':').map(Number);
      const type = fields[fields.indexOf('-') + 1];
      if (major !== undefined && minor !== undefined && type !== undefined && !IN_MEMORY.has(type)) devices.add((major << MINOR_BITS) | minor);
    }
  } catch {
    // Of none is it told where it lies, then.
  }
  return devices;
}
