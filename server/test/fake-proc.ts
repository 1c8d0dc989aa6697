import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, constants, mkdirSync, mkdtempSync, openSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FakeProcess {
  readonly comm?: string;
  readonly startTime?: number;
  readonly state?: string;
  readonly threads?: number;
  readonly flags?: number;
  readonly maps?: string;
  readonly statm?: string;
  readonly cmdline?: string;
}

/**
 * A folder of real files in place of /proc: for events that a real kernel does not produce on demand (a reused process
 * id, a hang).
 */
export class FakeProc {
  readonly root = mkdtempSync(join(tmpdir(), 'procmap-proc-'));

  constructor() {
    // Searchable for readers of other users.
    chmodSync(this.root, 0o755);
    writeFileSync(join(this.root, 'meminfo'), 'MemTotal:          40000 kB\nMemFree:            1000 kB\n');
    mkdirSync(join(this.root, 'sys', 'vm'), { recursive: true });
    writeFileSync(join(this.root, 'sys', 'vm', 'max_map_count'), '65530\n');
  }

  path(pid: number, file: string): string {
    return join(this.root, String(pid), file);
  }

  write(pid: number, process: FakeProcess): void {
    const { comm = 'fake', startTime = 1000, state = 'S', threads = 1, flags = 0, maps = '', statm = '100 10 5 1 0 50 0\n', cmdline = `${comm}\0` } = process;
    mkdirSync(join(this.root, String(pid)), { recursive: true });
    writeFileSync(
      this.path(pid, 'stat'),
      Buffer.from(`${pid} (${comm}) ${state} 1 ${pid} ${pid} 0 -1 ${flags} 0 0 0 0 0 0 0 0 20 0 ${threads} 0 ${startTime} 4096 10\n`, 'latin1'),
    );
    writeFileSync(this.path(pid, 'status'), `Name:\tfake\nUid:\t7\t8\t9\t10\nVmSize:\t     400 kB\nVmRSS:\t      40 kB\n`);
    writeFileSync(this.path(pid, 'statm'), statm);
    writeFileSync(this.path(pid, 'maps'), Buffer.from(maps, 'latin1'));
    writeFileSync(this.path(pid, 'cmdline'), cmdline);
  }

  /** Makes the file a FIFO: open(2) blocks until there is a writer, then read(2) blocks. */
  block(pid: number, file: string): void {
    rmSync(this.path(pid, file), { force: true });
    execFileSync('mkfifo', ['-m', '666', this.path(pid, file)]);
  }

  /** Writes to the FIFO for a waiting reader, and ends it; false if there is none. */
  feed(pid: number, file: string, text: string): boolean {
    let fifo: number;
    try {
      fifo = openSync(this.path(pid, file), constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      return false;
    }
    try {
      writeFileSync(fifo, text);
    } catch {
      // The reader has read enough and closed it.
    }
    closeSync(fifo);
    return true;
  }

  /** The link to the program that runs. */
  exe(pid: number, target: string): void {
    rmSync(this.path(pid, 'exe'), { force: true });
    symlinkSync(target, this.path(pid, 'exe'));
  }

  /**
   * Releases a reader that is blocked at the FIFO, like a kernel that returns the file after all; later readers find
   * the file.
   */
  letGo(pid: number, file: string, text: string): void {
    const fifo = `${this.path(pid, file)}.held`;
    renameSync(this.path(pid, file), fifo);
    this.unblock(pid, file, text);
    while (this.feed(pid, `${file}.held`, text));
    rmSync(fifo);
  }

  /** Replaces the FIFO by a file in one step, so the process is never without it. */
  unblock(pid: number, file: string, text: string): void {
    const fresh = join(this.root, `${pid}-${file}`);
    writeFileSync(fresh, text, 'latin1');
    renameSync(fresh, this.path(pid, file));
  }

  remove(pid: number): void {
    rmSync(join(this.root, String(pid)), { recursive: true });
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A line of a maps file: pages from `page`, anonymous. */
export function mapsLine(page: number, pages: number, perms = 'rw-p'): string {
  const hex = (value: number): string => `${value.toString(16).padStart(5, '0')}000`;
  return `${hex(page)}-${hex(page + pages)} ${perms} 00000000 00:00 0 \n`;
}
