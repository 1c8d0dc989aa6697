import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sightOf } from './file-sight.ts';
import type { MappedRow } from './mapped-row.ts';
import { Mounts } from '../reader/procfs/maps/mounts.ts';

// A made-up list of mounts: mounting autofs needs a daemon that serves it.
const folder = mkdtempSync(join(tmpdir(), 'procmap-sight-'));
mkdirSync(join(folder, 'home/alice'), { recursive: true });
mkdirSync(join(folder, 'home/bob'));
const LIST = [
  '1 0 0:1 / / rw - ext4 a rw',
  '2 1 0:2 / /home rw - autofs b rw',
  '3 2 0:3 / /home/alice rw - nfs c rw',
  '4 3 0:4 / /home/alice/net rw - autofs d rw',
];
const mounts = new Mounts(LIST.map((line) => `${line}\n`).join(''));
const ROW: MappedRow = { range: '', startPage: 1, firstPage: null, executable: false, writable: false, offset: 0, device: '0:3', inode: 7n, name: '' };

afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['/home/alice/file', 'gone', ['ext4', 'autofs', 'nfs']],
  ['/home/bob/file', 'unknown', ['ext4', 'autofs']],
  ['/home', 'unknown', ['ext4', 'autofs']],
  ['/home/../home/alice/file', 'unknown', ['ext4', 'autofs']],
  ['/home/alice/net/file', 'unknown', ['ext4', 'autofs', 'nfs', 'autofs']],
])('an automounter is passed to what is mounted there, and to nothing else: %s', (path, state, asked) => {
  const asks: string[] = [];
  const sight = sightOf(process.pid, ROW, { path, before: null }, { folder: () => folder, path, mounts }, (type) => asks.push(type));
  expect([sight.state, asks]).toEqual([state, asked]);
  expect(sight.reason).toBe(state === 'gone' ? null : 'its path leads to a file system that is not mounted now');
});
