import { expect, it } from 'vitest';
import { isDeleted } from './deleted.ts';
import { Kind } from '../kind.ts';
import { tableOf } from '../table.fixture.ts';

it.each([
  ['/opt/liba.so (deleted)', Kind.text, true],
  ['/gone (deleted)', Kind.file, true],
  ['/gone (deleted) (deleted)', Kind.file, true],
  ['/memfd:x (deleted)', Kind.file, true],
  ['/dev/shm/pool (deleted)', Kind.shmem, true],
  ['/dev/video0 (deleted)', Kind.device, true],
  ['/there', Kind.file, false],
  ['/there(deleted)', Kind.file, false],
  ['', Kind.anon, false],
  ['/tmp/#77 (deleted)', Kind.file, false],
  ['/tmp/#78 (deleted)', Kind.file, true],
  ['/memfd:x (deleted)', Kind.shmem, false],
  ['/memfd:a/b (deleted)', Kind.shmem, false],
  ['/SYSV00000000 (deleted)', Kind.shmem, false],
  ['/dev/zero (deleted)', Kind.shmem, false],
  ['/secretmem (deleted)', Kind.shmem, false],
  ['/anon_hugepage (deleted)', Kind.shmem, false],
  ['/anon_hugepage (deleted)', Kind.anon, false],
  ['/[aio] (deleted)', Kind.device, false],
  ['/what no driver was called before (deleted)', Kind.device, false],
])('%s, of kind %i, had a name and lost it: %s', (name, kind, deleted) => {
  const table = tableOf([{ start: 1, end: 2, offset: 0, inodeLow: 77, inodeHigh: 0, device: 1, perms: 1, kind, name }]);
  expect(isDeleted(table, 0)).toBe(deleted);
});
